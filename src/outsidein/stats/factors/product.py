"""Products of estimates, with the errors of all of them."""

from math import hypot

from outsidein.stats.factors.contrast import FactorEffect


def product(first: FactorEffect, second: FactorEffect) -> FactorEffect:
    """Multiply two independent estimates.

    The limits recover each estimate's variance from its own limits, so that skewed intervals give
    a skewed one.

    Args:
        first: Value with interval; its n is kept.
        second: Value with interval.

    Example:
        >>> reached = product(FactorEffect(0.4, 0.3, 0.5, 90), FactorEffect(0.1, 0.08, 0.12, 900))
        >>> [round(x, 3) for x in reached[:3]]
        [0.04, 0.027, 0.053]

    Source:
        Zou & Donner (2008), "Construction of confidence limits about effect measures: a general
        approach", Statistics in Medicine 27(10).
    """
    value = first.value * second.value
    down, up = (
        hypot((first.value - end) * second.value, (second.value - other) * first.value)
        for end, other in ((first.low, second.low), (first.high, second.high))
    )
    return FactorEffect(value, value - down, value + up, first.n)
