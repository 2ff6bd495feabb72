"""Churn: when and why customers leave, and who is about to."""
