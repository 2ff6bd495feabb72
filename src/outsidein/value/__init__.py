"""What customers are worth: profit, tiers and lifetime value."""
