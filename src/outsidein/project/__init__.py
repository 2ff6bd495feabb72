"""A project's files: read and validated, with one clear line per error."""
