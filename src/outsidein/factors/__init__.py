"""Factors: what keeps, delights and repels customers, and what is to be done about it."""
