"""Profiles: one row of what is known about each customer, out of all its records."""
