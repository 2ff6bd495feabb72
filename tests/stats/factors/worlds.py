"""Simulated ratings whose true penalties and rewards are known."""

import numpy as np

from outsidein.stats.factors.ratings import Ratings

LEVELS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def simulated(rng, n, penalties, rewards, *, noise=0.2, per_customer=1, correlation=0.3):
    """Ratings of 1 to 5 by customers with a mood of their own, and the score they make."""
    factors = len(penalties)
    customer = np.repeat(np.arange(n), per_customer)
    mood = rng.normal(size=(n, 1))[customer]
    own = rng.normal(size=(len(customer), factors))
    latent = np.sqrt(correlation) * mood + np.sqrt(1 - correlation) * own
    scores = LEVELS[np.digitize(latent, [-1.3, -0.5, 0.3, 0.9])]
    taste = rng.normal(0, noise / 2, n)[customer] if per_customer > 1 else 0.0
    overall = (
        0.6
        + (scores <= 0.25) @ np.asarray(penalties)
        + (scores >= 0.9) @ np.asarray(rewards)
        + taste
        + rng.normal(0, noise, len(customer))
    )
    return ratings(scores, overall, customer=customer)


def ratings(scores, overall, *, customer=None, weight=None, is_rated=None):
    """Ratings of factors named a, b, c ..."""
    rows, factors = scores.shape
    return Ratings(
        tuple("abcdefghijklmnopqrstuvwxyz"[:factors]),
        np.asarray(scores, dtype=float),
        np.asarray(overall, dtype=float),
        np.arange(rows) if customer is None else customer,
        np.ones(rows) if weight is None else weight,
        np.ones(factors, dtype=bool) if is_rated is None else is_rated,
    )
