"""Text: what customers wrote, as languages, sentiment, factors and themes."""
