"""Whether a share rises or falls over time, from answers of customers who may answer again."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray


def trend_score(
    hits: NDArray[np.bool_], times: NDArray[np.float64], customers: NDArray[np.int64]
) -> float:
    """Return the score statistic of a linear trend of a share, standard normal where there is none.

    This is the test of Cochran and Armitage, with the variance summed over customers, so that the
    answers of one customer may be alike.

    Args:
        hits: Whether each answer has the property.
        times: When it was given, in any unit.
        customers: Code of the customer who gave it, from 0.

    Returns:
        Positive where the share rises; 0 where all answers are of one time or alike.

    Example:
        >>> years = np.repeat([2012.0, 2013.0, 2014.0], 100)
        >>> falling = np.arange(300) % 100 < np.repeat([40, 30, 20], 100)
        >>> round(trend_score(falling, years, np.arange(300)), 1)
        -3.1

    Source:
        Armitage (1955), "Tests for Linear Trends in Proportions and Frequencies", Biometrics
        11(3); Liang and Zeger (1986), "Longitudinal Data Analysis Using Generalized Linear
        Models", Biometrika 73(1), for the variance.
    """
    if not len(hits):
        return 0.0
    parts = (times - times.mean()) * (hits - hits.mean())
    variance = float(np.sum(np.bincount(customers, weights=parts) ** 2))
    return float(parts.sum()) / sqrt(variance) if variance > 0 else 0.0
