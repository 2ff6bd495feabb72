"""The probability of making fewer purchases than are needed."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

from outsidein.stats.lifetime.arrays import Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.model import PurchaseFit


def probability_of_fewer(
    fitted: PurchaseFit,
    histories: Histories,
    rows: NDArray[np.intp],
    needed: Vector,
    horizon: float,
) -> Vector:
    """Return the probability of each customer making fewer purchases than needed in the horizon.

    The probability of no purchase is that of the model. Purchases after the first one follow a
    negative binomial with the model's mean and variance (a Poisson where the variance is not above
    the mean), so that a need of one purchase is exact and a larger one close.

    Args:
        fitted: A fitted purchase model.
        histories: Distinct histories.
        rows: The history of each customer.
        needed: Purchases that each customer needs; 0 is always reached, infinity never (count).
        horizon: Length of the future (time units of the histories).

    Returns:
        One probability per customer.

    Example:
        >>> import numpy as np
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> fhl = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
        >>> cdnow = PurchaseFit(BG_NBD, fhl, None, -9582.43, 2357, 946, True, None)
        >>> histories, rows = compress_histories([2] * 4, [213] * 4, [272] * 4)
        >>> needed = np.array([0, 1, 2, np.inf])
        >>> probability_of_fewer(cdnow, histories, rows, needed, 39).round(2).tolist()
        [0.0, 0.45, 0.68, 1.0]

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), for the moments; moment matching,
        Johnson, Kemp & Kotz (2005), "Univariate Discrete Distributions", section 5.8.
    """
    model, theta = fitted.model, fitted.vector
    none = model.inactive(theta, histories, horizon)
    mean = model.expected(theta, histories, horizon)
    square = model.factorial_moment(theta, histories, horizon) + mean
    buys = np.maximum(1 - none, np.finfo(np.float64).tiny)
    further = np.maximum(mean / buys - 1, 0.0)
    variance = np.maximum(square / buys - (mean / buys) ** 2, 0.0)
    few = none[rows] + (1 - none[rows]) * _cdf(needed - 2, further[rows], variance[rows])
    return np.asarray(np.where(needed <= 0, 0.0, np.where(needed == np.inf, 1.0, few)))


def _cdf(count: Vector, mean: Vector, variance: Vector) -> Vector:
    """Probability of at most so many; 0 below none."""
    asked = np.isfinite(count) & (count >= 0)
    below = np.zeros(count.shape)
    k, m, v = count[asked], mean[asked], variance[asked]
    over = v > m * (1 + 1e-9)
    odds = np.where(over, m / np.where(over, v, 1.0), 0.5)
    size = np.where(over, m**2 / np.where(over, v - m, 1.0), 1.0)
    spread = over & (m > 0)
    below[asked] = np.where(
        spread,
        nbinom.cdf(k, np.where(spread, size, 1.0), np.where(spread, odds, 0.5)),
        poisson.cdf(k, m),
    )
    return below
