"""Cumulative sums: small lasting shifts add up until they are seen."""

from collections.abc import Sequence
from functools import lru_cache
from math import pi, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.stats.charts.chart import Floats
from outsidein.stats.charts.run_length import NODES, limit_for_run_length, quadrature_nodes

REFERENCE = 0.5
"""Half the shift that is to be found soonest (standard deviations)."""

WIDEST = 12.0


class Sums(NamedTuple):
    """Both sums after each period, and which of them stand beyond the limit."""

    ups: Floats
    downs: Floats
    is_up: NDArray[np.bool_]
    is_down: NDArray[np.bool_]


def cusum(scores: Sequence[float] | Floats, *, limit: float, reference: float = REFERENCE) -> Sums:
    """Add up how far values lie above, and below, the centre by more than the reference.

    Sums begin at 0 and never fall below it; they are not set back after a signal, so a process
    that is still off stays signalled.

    Args:
        scores: Distances from the centre, in the order of time (standard deviations).
        limit: The h beyond which a sum signals (standard deviations); see `cusum_limit`.
        reference: The k taken off at each step (standard deviations).

    Example:
        >>> sums = cusum([0, 0, 1.5, 1.5, 1.5, 1.5, 1.5], limit=4)
        >>> float(sums.ups[-1]), sums.is_up.tolist().index(True)
        (5.0, 6)

    Source:
        Page (1954), "Continuous Inspection Schemes", Biometrika 41(1/2).
    """
    steps = np.asarray(scores, dtype=float)
    ups, downs = _reflected_sums(steps - reference), _reflected_sums(-steps - reference)
    return Sums(ups, downs, ups > limit, downs > limit)


def _reflected_sums(steps: Floats) -> Floats:
    """The walk less its lowest point so far (0 included): max(0, sum + step), without a loop."""
    walk = np.cumsum(steps)
    return np.asarray(walk - np.minimum(np.minimum.accumulate(walk), 0.0), dtype=float)


def cusum_run_length(limit: float, *, shift: float = 0.0, reference: float = REFERENCE) -> float:
    """Return the mean number of periods until either sum signals.

    Assumes independent normal values with known mean and deviation, and sums that begin at 0.

    Args:
        limit: The h (standard deviations).
        shift: How far the mean has moved (standard deviations).
        reference: The k (standard deviations).

    Example:
        >>> [f"{cusum_run_length(4, shift=shift):.2f}" for shift in (0, 1)]
        ['167.68', '8.38']

    Source:
        Page's (1954) integral equation, solved by quadrature; the two sides combine as in van
        Dobben de Bruyn (1968), "Cumulative Sum Tests": their rates of signals add up.
    """
    sides = (_one_sided(limit, shift, reference), _one_sided(limit, -shift, reference))
    return 1 / sum(1 / length for length in sides)


def _one_sided(limit: float, shift: float, reference: float) -> float:
    drift, normal = shift - reference, NormalDist()

    def density(z: Floats) -> Floats:
        return np.exp(-z * z / 2) / sqrt(2 * pi)

    points, weights = quadrature_nodes()
    x, w = limit / 2 * (points + 1), limit / 2 * weights
    # Unknowns: L at the nodes, and at 0, where the sum rests with a probability of its own.
    system = np.eye(NODES + 1)
    starts = np.append(x, 0.0)
    system[:, :NODES] -= density(x[None, :] - starts[:, None] - drift) * w
    system[:, NODES] -= [normal.cdf(-start - drift) for start in starts]
    return float(np.linalg.solve(system, np.ones(NODES + 1))[-1])


@lru_cache
def cusum_limit(run_length: float, *, reference: float = REFERENCE) -> float:
    """Return the limit at which a quiet process signals once in so many periods.

    Args:
        run_length: Mean number of periods to a false alarm.
        reference: The k (standard deviations).

    Example:
        >>> f"{cusum_limit(370.4):.2f}"
        '4.77'

    Source:
        `cusum_run_length`, inverted.
    """
    return limit_for_run_length(
        lambda limit: cusum_run_length(limit, reference=reference), run_length, high=WIDEST
    )
