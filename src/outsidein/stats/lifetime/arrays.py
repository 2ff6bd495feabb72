"""Array types that every lifetime model shares."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Whole = NDArray[np.int64]


def log_gamma(offset: float, counts: Whole) -> Vector:
    """Return log gamma of `offset + counts`, evaluated once per distinct count."""
    return _by_count(gammaln, offset, counts)


def digamma_of(offset: float, counts: Whole) -> Vector:
    """Return digamma of `offset + counts`, evaluated once per distinct count."""
    return _by_count(digamma, offset, counts)


def _by_count(function: Callable[..., Vector], offset: float, counts: Whole) -> Vector:
    top = int(counts.max(initial=0))
    if top >= counts.size:
        return np.asarray(function(offset + counts), dtype=np.float64)
    table: Vector = np.asarray(function(offset + np.arange(top + 1)), dtype=np.float64)
    return table[counts]
