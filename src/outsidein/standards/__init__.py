"""A standard: a level of service customers are promised, its target, and its chart over time."""
