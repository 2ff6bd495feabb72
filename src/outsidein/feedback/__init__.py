"""Feedback: surveys and their answers, signals inferred from behaviour, and non-response."""
