"""The canonical tables: what every project's raw data is turned into, and what is turned away."""
