"""Estimators: numbers in, an answer with its interval out. They touch no table and no store."""
