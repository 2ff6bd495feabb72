"""A project's files: read, checked against a declaration, and refused in one clear line."""
