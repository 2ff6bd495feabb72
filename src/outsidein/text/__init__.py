"""Text analysis: language, sentiment, factors and themes of what customers wrote."""
