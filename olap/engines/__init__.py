"""Where compiled SQL runs: DuckDB over the published version of the lake, or PostgreSQL over the marts."""
