"""Clerical review: decisions on pairs of records, and how many links are right."""
