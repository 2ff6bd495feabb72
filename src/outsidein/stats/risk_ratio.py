"""Ratio of two shares of customers, with its interval."""

from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from outsidein.errors import TooLittleData

FEWEST_EVENTS = 5
"""Customers with the property that each side needs: below, the normal interval is too narrow."""


class RiskRatio(NamedTuple):
    """A share divided by another and its confidence interval, from `n_a` and `n_b`."""

    ratio: float
    low: float
    high: float
    n_a: int
    n_b: int


def risk_ratio(
    successes_a: int, n_a: int, successes_b: int, n_b: int, *, confidence: float = 0.95
) -> RiskRatio:
    """Estimate the share in population a divided by that in population b.

    The two samples are independent. The interval is normal on the scale of logarithms.

    Args:
        successes_a: Customers of a who have the property (count).
        n_a: Customers of a (count).
        successes_b: Customers of b who have the property (count).
        n_b: Customers of b (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: Fewer than 5 customers of a or of b have the property.

    Example:
        >>> ratio = risk_ratio(29, 1_799, 430, 16_500)
        >>> f"{ratio.ratio:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
        '0.62 (0.43 to 0.90)'

    Source:
        Katz, Baptista, Azen & Pike (1978), "Obtaining Confidence Intervals for the Risk Ratio in
        Cohort Studies", Biometrics 34(3).
    """
    fewest = min(successes_a, successes_b)
    if fewest < FEWEST_EVENTS:
        raise TooLittleData(fewest, needed=FEWEST_EVENTS, of="customers with the property")
    ratio = (successes_a / n_a) / (successes_b / n_b)
    error = sqrt(1 / successes_a - 1 / n_a + 1 / successes_b - 1 / n_b)
    margin = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return RiskRatio(ratio, exp(log(ratio) - margin), exp(log(ratio) + margin), n_a, n_b)
