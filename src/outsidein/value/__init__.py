"""What customers are worth: profit, tiers, and the value of the time ahead."""
