"""What a verb takes where nothing is said, known before the verb's own modules are loaded."""

SEED = 20_050_101
"""Of every draw: the same seed draws the same sample."""

SAMPLED = 100
"""Links to look at (count)."""
