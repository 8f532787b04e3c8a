"""A sheet as a file: CSV, XLSX, PDF, Parquet. Pure: a sheet in, bytes out."""
