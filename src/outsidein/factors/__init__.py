"""Factors: drivers of satisfaction, what managers believed, and initiatives."""
