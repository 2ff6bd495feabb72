"""Sections of the report: each takes the evidence and returns its blocks."""
