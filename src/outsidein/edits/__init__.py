"""Changes of a project's files that people made on pages: who, when, why, from which text."""
