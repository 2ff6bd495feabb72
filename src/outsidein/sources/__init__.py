"""Sources of raw data: declarations, data needs, and loading into DuckDB relations."""
