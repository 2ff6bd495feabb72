"""A simulated survey with known effects, and finding estimates in figures."""

from datetime import date

import numpy as np


def rated(rng, n, effects, *, year=2019, noise=0.5, first=0, name="survey"):
    """Signals of a survey of `n` customers.

    `effects` says by factor what a low and what a high answer do to overall, in points of five.
    """
    total = np.full(n, 3.0)
    rows = []
    for factor, (penalty, reward) in effects.items():
        answer = rng.choice([1, 2, 3, 4, 5], n, p=[0.1, 0.15, 0.25, 0.25, 0.25])
        total += penalty * (answer <= 2) + reward * (answer == 5)
        rows += [(factor, k, float(score)) for k, score in enumerate(answer)]
    overall = np.clip(total + rng.normal(0, noise, n), 1, 5)
    rows += [("overall", k, float(score)) for k, score in enumerate(overall)]
    order = rng.permutation(n)
    return [
        {
            "source": name,
            "signal_id": f"{year}-{first + k}-{factor}",
            "response_id": f"{year}-{first + k}",
            "customer_id": f"c{first + int(order[k]):06d}",
            "signalled_on": date(year, 6, 1),
            "factor": factor,
            "score": score,
        }
        for factor, k, score in rows
    ]


def find(figure, measure, **group):
    """Estimates of a measure in a group."""
    return [
        e
        for e in figure.estimates
        if e.measure == measure and all(e.group[k] == v for k, v in group.items())
    ]


def one(figure, measure, **group):
    [found] = find(figure, measure, **group)
    return found
