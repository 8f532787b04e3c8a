"""Moving data, never deciding what it means: raw landing, dbt, checks, publishing, orchestration."""
