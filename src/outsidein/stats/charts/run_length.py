"""Average run lengths: how many periods pass until a test signals."""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from outsidein.stats.charts.chart import Floats

NODES = 64
"""Points at which the integral equations are solved; 32 give the same to five figures."""


def shewhart_run_length(sigmas: float, *, shift: float = 0.0) -> float:
    """Return the mean number of periods until one lies outside limits at `sigmas`.

    Assumes independent normal values with known mean and deviation.

    Args:
        sigmas: Distance of both limits from the centre (standard deviations).
        shift: How far the mean has moved (standard deviations).

    Example:
        >>> f"{shewhart_run_length(3):.1f}, {shewhart_run_length(3, shift=1):.1f}"
        '370.4, 43.9'

    Source:
        The mean of the geometric distribution.
    """
    normal = NormalDist()
    return 1 / (normal.cdf(-sigmas - shift) + normal.cdf(-sigmas + shift))


def solved(kernel: Callable[[Floats, Floats], Floats], low: float, high: float) -> tuple[Floats, Floats, Floats]:
    """Solve L(u) = 1 + integral of kernel(u, x) L(x) from `low` to `high`.

    Returns:
        The nodes, their weights, and L at the nodes.

    Source:
        Gauss-Legendre quadrature (Nyström's method).
    """
    points, weights = np.polynomial.legendre.leggauss(NODES)
    x = (high - low) / 2 * points + (high + low) / 2
    w = (high - low) / 2 * weights
    system = np.eye(NODES) - kernel(x[:, None], x[None, :]) * w
    return x, w, np.linalg.solve(system, np.ones(NODES))


def chosen_limit(run_length: Callable[[float], float], wanted: float, *, high: float) -> float:
    """Return the limit whose average run length without a shift is the one wanted.

    Args:
        run_length: Of a limit, increasing.
        wanted: Periods between two false alarms.
        high: A limit that is certainly too wide.

    Source:
        Bisection.
    """
    low = 1e-3
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if run_length(middle) < wanted else (low, middle)
    return (low + high) / 2
