"""Where compiled SQL runs: DuckDB or Spark over the published version of the lake, or PostgreSQL over the marts."""
