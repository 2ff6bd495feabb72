"""Matching: which records look like one customer though they share no identifier."""
