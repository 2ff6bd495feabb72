"""Funnel plots: which units differ by more than their size and the habit of units explain."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.charts.chart import SIGMAS, Floats

FEWEST_UNITS = 5
WINSORISED = 0.1
"""Share of units at each end whose scores are drawn in before the spread is estimated."""

DRAWN_IN = 0.6787
"""Variance of standard normal scores once their outer tenths are drawn in."""


class Funnel(NamedTuple):
    """Limits for each unit.

    Attributes:
        shares: One per unit (0 to 1).
        centre: Share of all units together.
        lows: Lower limit of each unit.
        highs: Upper limit of each unit.
        scores: Distance from the centre (standard deviations, between units included).
        between: Standard deviation between units beyond chance (share).
        n: Units.
    """

    shares: Floats
    centre: float
    lows: Floats
    highs: Floats
    scores: Floats
    between: float
    n: int

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Which units lie outside their limits."""
        return np.abs(self.scores) > SIGMAS


def funnel(events: Sequence[int] | Floats, sizes: Sequence[int] | Floats) -> Funnel:
    """Compare the shares of units with limits that narrow as units get larger.

    Units always differ a little more than chance lets them. That spread between units is
    estimated with the extremes drawn in, and widens the limits, so that only a unit unlike the
    others stands outside.

    Args:
        events: Encounters of each unit that missed (count).
        sizes: Encounters of each unit (count, above 0).

    Returns:
        Limits at three standard deviations: about 1 in 370 units that are like the others lies
        outside them by chance.

    Raises:
        TooLittleData: There are fewer than 5 units.

    Example:
        >>> missed = [10, 12, 9, 11, 30, 10, 12, 9, 11, 8, 13, 10]
        >>> funnel(missed, [100] * 12).outside.tolist().index(True)
        4

    Source:
        Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statistics
        in Medicine 24(8); the additive spread is that of his "Handling over-dispersion of
        performance indicators", Quality and Safety in Health Care 14(5), 2005, corrected for what
        drawing in takes from the variance.
    """
    k, n = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    if len(k) < FEWEST_UNITS:
        raise TooLittleData(len(k), needed=FEWEST_UNITS, of="units")
    shares, centre = k / n, float(k.sum() / n.sum())
    chance = centre * (1 - centre) / n
    if not chance.all():
        return Funnel(shares, centre, shares, shares, np.zeros(len(k)), 0.0, len(k))
    between = _between((shares - centre) / np.sqrt(chance), chance)
    spread = np.sqrt(chance + between)
    lows = np.maximum(centre - SIGMAS * spread, 0.0)
    highs = np.minimum(centre + SIGMAS * spread, 1.0)
    scores = (shares - centre) / spread
    return Funnel(shares, centre, lows, highs, scores, float(np.sqrt(between)), len(k))


def _between(scores: Floats, chance: Floats) -> float:
    """Variance between units by the method of moments, from winsorised scores."""
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    total = float((np.clip(scores, low, high) ** 2).sum()) / DRAWN_IN
    weights = 1 / chance
    divisor = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(total - (len(scores) - 1), 0.0) / divisor
