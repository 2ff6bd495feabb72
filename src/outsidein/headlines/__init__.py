"""Statements: the sentences a build bears, those it withholds, and why."""
