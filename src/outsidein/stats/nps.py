"""Net Promoter Score, and how many answers it takes to see it change."""

from math import ceil, sqrt
from statistics import NormalDist
from typing import NamedTuple

from outsidein.errors import TooLittleData

PROMOTERS, PASSIVES, DETRACTORS = 0.75, 1.5, 0.75
"""Pseudo-responses of the adjusted Wald interval."""


class NetPromoterScore(NamedTuple):
    """A score and its confidence interval, in points from -100 to 100, from `n` customers."""

    score: float
    low: float
    high: float
    n: int


def net_promoter_score(
    promoters: int, passives: int, detractors: int, *, confidence: float = 0.95
) -> NetPromoterScore:
    """Estimate the score of the population these responses were drawn from.

    Each response is worth +100, 0 or -100 points and the score is their mean. The interval is
    the adjusted Wald interval: three pseudo-responses, spread 3/4, 3/2 and 3/4, keep its
    coverage honest for small samples.

    Args:
        promoters: Responses of 9 or 10 (count).
        passives: Responses of 7 or 8 (count).
        detractors: Responses of 0 to 6 (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Score and interval (points), with the number of responses.

    Raises:
        TooLittleData: There are none.

    Example:
        >>> nps = net_promoter_score(promoters=50, passives=30, detractors=20)
        >>> f"{nps.score:.0f} ({nps.low:.1f} to {nps.high:.1f})"
        '30 (14.1 to 44.2)'

    Source:
        Rocks (2016), "Interval Estimation for the Net Promoter Score", The American
        Statistician 70(4), arXiv:1601.07235.
    """
    n = promoters + passives + detractors
    if n == 0:
        raise TooLittleData(0, needed=1, of="responses")
    low, high = adjusted_wald(promoters / n, detractors / n, n, confidence=confidence)
    return NetPromoterScore(100 * (promoters - detractors) / n, low, high, n)


def adjusted_wald(
    promoters: float, detractors: float, n: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Bound the score of a population by the adjusted Wald interval.

    Args:
        promoters: Share of promoters (0 to 1).
        detractors: Share of detractors (0 to 1).
        n: Responses, or as many of a simple random sample as tell the same (above 0).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Lower and upper limit (points, -100 to 100).

    Source:
        Rocks (2016), as above; a fractional effective `n` stands for the count.
    """
    size = n + PROMOTERS + PASSIVES + DETRACTORS
    p = (promoters * n + PROMOTERS) / size
    d = (detractors * n + DETRACTORS) / size
    margin = _z((1 + confidence) / 2) * sqrt((p + d - (p - d) ** 2) / size)
    return 100 * max(p - d - margin, -1.0), 100 * min(p - d + margin, 1.0)


def responses_needed(
    change: float,
    *,
    promoters: float = 0.45,
    detractors: float = 0.2,
    confidence: float = 0.95,
    power: float = 0.8,
) -> int:
    """Tell how many responses each of two periods needs for a change of score to be seen.

    A two-sided test of the difference of two independent scores, both with the variance that
    the shares given imply.

    Args:
        change: The true change to be seen (points, above 0).
        promoters: Share of promoters (0 to 1).
        detractors: Share of detractors (0 to 1).
        confidence: One minus the chance of seeing a change where there is none.
        power: Chance of seeing the change (probability).

    Returns:
        Responses in each period (count).

    Raises:
        ValueError: `change` is not above 0.

    Example:
        >>> responses_needed(5)
        3689

    Source:
        The sample size of a two-sample z test, with the variance of Rocks (2016).
    """
    if change <= 0:
        raise ValueError(f"a change of {change} points cannot be seen; give one above 0")
    variance = promoters + detractors - (promoters - detractors) ** 2
    z = _z((1 + confidence) / 2) + _z(power)
    return ceil(2 * variance * (z / (change / 100)) ** 2)


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
