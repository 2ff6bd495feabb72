"""Experiments: random assignment before acting, comparison of arms after it."""
