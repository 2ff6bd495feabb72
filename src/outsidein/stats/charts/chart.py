"""What a control chart is: values in their order, a centre, and limits for each value."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData

Floats = NDArray[np.float64]

SIGMAS = 3.0
"""How far from the centre the limits stand (standard deviations)."""

RANGE_PER_SIGMA = 2 / np.sqrt(np.pi)
"""Mean range of two normal values (standard deviations): 1.128, the d2 of tables."""

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
        n: Periods that centre and limits rest on.
    """

    values: Floats
    centre: float
    lows: Floats
    highs: Floats
    scores: Floats
    dispersion: float
    n: int

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Which values lie outside their limits."""
        return np.abs(self.scores) > SIGMAS


def moving_sigma(scores: Floats) -> float:
    """Estimate the standard deviation from the ranges of neighbours, which steps hardly move.

    Args:
        scores: Values in the order of time.

    Raises:
        TooLittleData: They are fewer than `FEWEST_PERIODS`.
    """
    if len(scores) < FEWEST_PERIODS:
        raise TooLittleData(len(scores), needed=FEWEST_PERIODS, of="periods")
    return float(np.abs(np.diff(scores)).mean() / RANGE_PER_SIGMA)
