"""Consent: whether a customer may be contacted, for which purpose, by which channel, and why."""
