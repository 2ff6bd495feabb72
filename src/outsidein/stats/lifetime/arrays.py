"""Array types that every lifetime model shares."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Whole = NDArray[np.int64]
Part = TypeVar("Part")


def by_chunk(function: Callable[[slice], Part], rows: int, *, size: int) -> list[Part]:
    """Call a function on slices of so many rows, on all cores, and return what it gives in order.

    Each slice is reckoned by itself: the same numbers on any number of cores.

    Example:
        >>> by_chunk(lambda rows: rows.stop - rows.start, 10, size=4)
        [4, 4, 2]
    """
    slices = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(function, slices))


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
