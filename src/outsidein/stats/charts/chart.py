"""What a control chart is: values in their order, a centre, and limits for each value."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIGMAS = 3.0
"""How far from the centre the limits stand (standard deviations)."""

RANGE_PER_SIGMA = 2 / np.sqrt(np.pi)
"""Mean range of two normal values (standard deviations): 1.128, the d2 of tables."""

LEAST_KEPT = 0.75
"""Share of the periods that limits rest on at least."""

FEWEST_PERIODS = 8
"""Periods from which limits are computed."""


class Chart(NamedTuple):
    """A control chart.

    Attributes:
        values: One per period, in the order of time.
        centre: Mean of the periods that the limits rest on.
        lows: Lower limit of each period.
        highs: Upper limit of each period.
        scores: Distance of each value from the centre (standard deviations).
        dispersion: How many times the values vary as much as chance alone would let them; 1 for
            charts of single values.
        n: Periods that centre and limits rest on; those beyond the limits do not count.
    """

    values: Floats
    centre: float
    lows: Floats
    highs: Floats
    scores: Floats
    dispersion: float
    n: int

    @property
    def outside(self) -> Flags:
        """Which values lie outside their limits."""
        return np.abs(self.scores) > SIGMAS


def settled_part(
    judged: Callable[[Flags], Floats], periods: int, *, baseline: int | None
) -> tuple[Flags, Floats]:
    """Rest limits on the periods that stand within them.

    Periods beyond the limits are taken out and limits computed anew until no further one falls
    out, so that a few wild periods do not hide each other. At least three quarters stay: where
    more fall out, the process has no one state that limits could be those of.

    Args:
        judged: Scores of all periods when centre and spread rest on the periods marked.
        periods: How many there are.
        baseline: How many of the first may be marked; all when None.

    Returns:
        Which periods centre and spread rest on, and the scores of all.

    Raises:
        TooLittleData: There are fewer than 8 periods.

    Source:
        The revision of trial limits, as in Montgomery, "Introduction to Statistical Quality
        Control".
    """
    first = periods if baseline is None else min(baseline, periods)
    if first < FEWEST_PERIODS:
        raise TooLittleData(first, needed=FEWEST_PERIODS, of="periods")
    kept = np.arange(periods) < first
    while True:
        scores = judged(kept)
        within = kept & (np.abs(scores) <= SIGMAS)
        fewest = max(FEWEST_PERIODS, LEAST_KEPT * first)
        if within.sum() == kept.sum() or within.sum() < fewest:
            return kept, scores
        kept = within


def moving_sigma(scores: Floats) -> float:
    """Estimate the standard deviation from the ranges of neighbours, which steps hardly move.

    Args:
        scores: Values in the order of time, two or more.

    Source:
        Mean moving range over d2, as in Wheeler & Chambers (1992), "Understanding Statistical
        Process Control".
    """
    return float(np.abs(np.diff(scores)).mean() / RANGE_PER_SIGMA)
