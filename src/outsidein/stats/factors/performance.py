"""How customers score each factor: weighted means with the variance among customers."""

from statistics import NormalDist

import numpy as np

from outsidein.stats.factors.contrast import FactorEffect
from outsidein.stats.factors.ratings import Floats, Ints


def answered_means(
    answers: Floats,
    *,
    customer: Ints,
    weight: Floats,
    confidence: float = 0.95,
) -> tuple[FactorEffect | None, ...]:
    """Estimate each column's mean among those who gave an answer.

    A customer's answers count as one draw, however many they are. Intervals are normal.

    Args:
        answers: Occasions by items, NaN where nothing was answered.
        customer: Code of each occasion's customer, ascending.
        weight: 1 / inclusion probability of each occasion.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Per item mean, interval and customers; None where fewer than 2 customers answered.

    Example:
        >>> answers = np.array([[0.0], [1.0], [1.0], [np.nan]])
        >>> (mean,) = answered_means(answers, customer=np.arange(4), weight=np.ones(4))
        >>> round(mean.value, 3), mean.n
        (0.667, 3)

    Source:
        Cochran (1977), Sampling Techniques, 3rd ed., chapter 9A (ratio of cluster totals).
    """
    starts = np.flatnonzero(np.diff(customer, prepend=customer[:1] - 1))
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return tuple(_mean(column, starts, weight, z) for column in answers.T)


def _mean(column: Floats, starts: Ints, weight: Floats, z: float) -> FactorEffect | None:
    is_answered = ~np.isnan(column)
    has_answer = (
        np.logical_or.reduceat(is_answered, starts) if len(starts) else np.zeros(0, dtype=bool)
    )
    n = int(has_answer.sum())
    if n < 2:  # noqa: PLR2004 - a spread takes two
        return None
    counted = weight * is_answered
    observed = np.where(is_answered, column, 0.0)
    mean = float(counted @ observed / counted.sum())
    pulls = np.add.reduceat(counted * (observed - mean), starts) / counted.sum()
    margin = z * float(np.sqrt((pulls @ pulls) * n / (n - 1)))
    return FactorEffect(mean, mean - margin, mean + margin, n)
