"""Differences of means between two groups, compared within strata."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from scipy.special import stdtrit

from outsidein.errors import TooLittleData

FEWEST = 2
"""Values of a group in a stratum from which their spread is seen."""


class Part(NamedTuple):
    """The values of one group in a stratum: how many, their sum, and the sum of their squares."""

    n: int
    total: float
    squares: float


class Stratum(NamedTuple):
    """Those alike in all but the group."""

    group: Part
    others: Part


class StandardisedDifference(NamedTuple):
    """How much more the others have than the group, and its interval (unit of the values).

    `covered` is the part of the group that has others of its stratum (0 to 1); `n` counts those
    of the smaller side who are compared.
    """

    difference: float
    low: float
    high: float
    n: int
    covered: float


def standardised_difference(
    strata: Sequence[Stratum], *, confidence: float = 0.95
) -> StandardisedDifference:
    """Estimate how much more the others have than members of the group in the same stratum.

    Differences of means are averaged with the weights of the group, over the strata in which both
    have two values or more. Values are independent, and their spread may differ by group and
    stratum. The interval is Welch's, with Satterthwaite's degrees of freedom.

    Args:
        strata: The values by stratum.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: No stratum has two of both.

    Example:
        >>> young = Stratum(Part(4, 40.0, 404.0), Part(4, 60.0, 904.0))
        >>> old = Stratum(Part(2, 60.0, 1802.0), Part(6, 240.0, 9606.0))
        >>> answer = standardised_difference([young, old])
        >>> f"{answer.difference:.2f} ({answer.low:.2f} to {answer.high:.2f}), {answer.covered:.0%}"
        '6.67 (5.11 to 8.23), 100%'

    Source:
        Direct standardisation, as in Rothman, Greenland & Lash (2008), "Modern Epidemiology",
        chapter 4; Satterthwaite (1946), "An approximate distribution of estimates of variance
        components", Biometrics Bulletin 2(6).
    """
    compared = [s for s in strata if min(s.group.n, s.others.n) >= FEWEST]
    if not compared:
        raise TooLittleData(0, needed=FEWEST, of="customers of equal tenure on both sides")
    size = sum(s.group.n for s in compared)
    weights = [s.group.n / size for s in compared]
    difference = sum(
        weight * (_mean(s.others) - _mean(s.group))
        for weight, s in zip(weights, compared, strict=True)
    )
    spreads = [
        (weight**2 * _variance(part) / part.n, part.n - 1)
        for weight, s in zip(weights, compared, strict=True)
        for part in s
    ]
    variance = sum(spread for spread, _ in spreads)
    squares = sum(spread**2 / free for spread, free in spreads)
    margin = 0.0
    if squares:
        margin = float(stdtrit(variance**2 / squares, (1 + confidence) / 2)) * sqrt(variance)
    return StandardisedDifference(
        difference,
        difference - margin,
        difference + margin,
        min(size, sum(s.others.n for s in compared)),
        size / sum(s.group.n for s in strata),
    )


def _mean(part: Part) -> float:
    return part.total / part.n


def _variance(part: Part) -> float:
    return max(part.squares - part.total**2 / part.n, 0.0) / (part.n - 1)
