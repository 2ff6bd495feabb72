"""Published numbers: each with its unit, its n and its interval, or the reason why not."""
