"""Shares of customers, and the difference between two shares, with score intervals."""

from math import hypot, sqrt
from statistics import NormalDist
from typing import NamedTuple

from outsidein.errors import TooLittleData


class Proportion(NamedTuple):
    """A share and its confidence interval (0 to 1), from `n` customers."""

    share: float
    low: float
    high: float
    n: int


class Difference(NamedTuple):
    """A share minus another and its confidence interval (-1 to 1), from `n_a` and `n_b`."""

    difference: float
    low: float
    high: float
    n_a: int
    n_b: int


def proportion(successes: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """Estimate the share of the population these customers were drawn from.

    The interval is Wilson's: the shares that a score test would not reject. It never leaves
    0 to 1, and does not shrink to a point when nobody or everybody is a success.

    Args:
        successes: Customers who have the property (count, at most `n`).
        n: Customers asked or observed (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Share and interval (0 to 1), with `n`.

    Raises:
        TooLittleData: `n` is 0.

    Example:
        >>> stayed = proportion(81, 263)
        >>> f"{stayed.share:.4f} ({stayed.low:.4f} to {stayed.high:.4f})"
        '0.3080 (0.2553 to 0.3662)'

    Source:
        Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference",
        Journal of the American Statistical Association 22(158); the example is in Newcombe
        (1998), "Two-sided confidence intervals for the single proportion", Statistics in
        Medicine 17(8), method 3.
    """
    if n == 0:
        raise TooLittleData(0, needed=1)
    share = successes / n
    low, high = wilson_limits(share, n, confidence)
    return Proportion(share, low, high, n)


def wilson_limits(share: float, n: float, confidence: float) -> tuple[float, float]:
    """Bound a share by Wilson's interval; `n` may be an effective number of customers.

    Example:
        >>> [round(limit, 4) for limit in wilson_limits(0.25, 80.5, 0.95)]
        [0.1683, 0.3545]

    Source:
        Wilson (1927), as in `proportion`.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    inflation = 1 + z * z / n
    spread = z * sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    upper = (share + z * z / (2 * n) + spread) / inflation
    lower = share * (share / (inflation * upper))  # the two roots multiply to share² / inflation
    return min(lower, share), min(max(upper, share), 1.0)


def difference(
    successes_a: int, n_a: int, successes_b: int, n_b: int, *, confidence: float = 0.95
) -> Difference:
    """Estimate the share in population a minus that in population b.

    The two samples are independent. The interval is Newcombe's hybrid: each side combines the
    distances from the two shares to their Wilson limits.

    Args:
        successes_a: Customers of a who have the property (count).
        n_a: Customers of a (count).
        successes_b: Customers of b who have the property (count).
        n_b: Customers of b (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Difference and interval (-1 to 1), with both sample sizes.

    Raises:
        TooLittleData: `n_a` or `n_b` is 0.

    Example:
        >>> lift = difference(56, 70, 48, 80)
        >>> f"{lift.difference:.4f} ({lift.low:.4f} to {lift.high:.4f})"
        '0.2000 (0.0524 to 0.3339)'

    Source:
        Newcombe (1998), "Interval estimation for the difference between independent
        proportions: comparison of eleven methods", Statistics in Medicine 17(8), method 10
        and table II.
    """
    a = proportion(successes_a, n_a, confidence=confidence)
    b = proportion(successes_b, n_b, confidence=confidence)
    apart = a.share - b.share
    low = apart - hypot(a.share - a.low, b.high - b.share)
    high = apart + hypot(a.high - a.share, b.share - b.low)
    return Difference(apart, low, high, n_a, n_b)
