"""The matcher on DuckDB: SQL for blocking, comparing and weighing pairs of records."""
