"""Profiles: one golden record per customer, from all its records (survivorship)."""
