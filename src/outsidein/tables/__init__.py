"""Tables of a snapshot as their owners declare them: grain, key, columns, personal data."""
