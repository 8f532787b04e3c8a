"""dbt defines the marts; this package runs it warm, and its incremental SQL in one transaction."""
