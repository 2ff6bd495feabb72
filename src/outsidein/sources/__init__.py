"""Where raw data lies, what may be kept of it, and how it becomes DuckDB relations."""
