"""Estimates of a build beside the truth of the firm that was simulated."""
