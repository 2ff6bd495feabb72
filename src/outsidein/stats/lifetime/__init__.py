"""How long customers stay, how often they buy, how much they spend."""
