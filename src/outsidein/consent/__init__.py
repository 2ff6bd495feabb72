"""Whether a customer may be written to: for which purpose, on what ground, by which channel."""
