"""Defaults of verbs, apart from the modules that load an engine."""

SEED = 20_050_101
"""Seed of every draw: the same seed draws the same sample."""

SAMPLED = 100
"""Links in a sample (count)."""
