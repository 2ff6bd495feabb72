"""Average run lengths: how many periods pass until a test signals."""

from collections.abc import Callable
from functools import lru_cache
from math import log
from statistics import NormalDist

import numpy as np
from scipy.optimize import brentq

from outsidein.stats.charts.chart import Floats

NODES = 48
"""Points at which the integral equations are solved; 32 give the same to five figures."""

LOWEST = 0.01
"""A limit that is certainly too narrow."""


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


@lru_cache
def quadrature_nodes() -> tuple[Floats, Floats]:
    """Return points from -1 to 1 and their weights, at which integrals are taken.

    Source:
        Gauss-Legendre quadrature.
    """
    points, weights = np.polynomial.legendre.leggauss(NODES)
    return points, weights


def solve_run_length(
    kernel: Callable[[Floats, Floats], Floats], low: float, high: float
) -> tuple[Floats, Floats, Floats]:
    """Solve L(u) = 1 + integral of kernel(u, x) L(x) from `low` to `high`.

    Returns:
        The nodes, their weights, and L at the nodes.

    Source:
        Gauss-Legendre quadrature (Nyström's method).
    """
    points, weights = quadrature_nodes()
    x = (high - low) / 2 * points + (high + low) / 2
    w = (high - low) / 2 * weights
    system = np.eye(NODES) - kernel(x[:, None], x[None, :]) * w
    return x, w, np.asarray(np.linalg.solve(system, np.ones(NODES)), dtype=float)


def limit_for_run_length(
    run_length: Callable[[float], float], wanted: float, *, high: float
) -> float:
    """Return the limit whose average run length without a shift is the one wanted.

    Args:
        run_length: Of a limit, increasing.
        wanted: Periods between two false alarms.
        high: A limit that is certainly too wide.

    Source:
        Brent's method, as in SciPy.
    """
    return float(brentq(lambda limit: log(run_length(limit) / wanted), LOWEST, high, xtol=1e-10))
