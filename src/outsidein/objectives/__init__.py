"""Objectives: why customers are studied at all, with a business case."""
