"""Array types, and functions evaluated on arrays, of every lifetime model."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Ints = NDArray[np.int64]
Result = TypeVar("Result")


def map_chunks(function: Callable[[slice], Result], rows: int, *, size: int) -> list[Result]:
    """Apply a function to slices of `size` rows on all cores, and return the results in order.

    Slices do not depend on the number of cores, so neither do the results.

    Example:
        >>> map_chunks(lambda rows: rows.stop - rows.start, 10, size=4)
        [4, 4, 2]
    """
    slices = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(function, slices))


def log_gamma_by_count(offset: float, counts: Ints) -> Vector:
    """Return log gamma of `offset + counts`, evaluated once per distinct count."""
    return _evaluate_by_count(gammaln, offset, counts)


def digamma_by_count(offset: float, counts: Ints) -> Vector:
    """Return digamma of `offset + counts`, evaluated once per distinct count."""
    return _evaluate_by_count(digamma, offset, counts)


def _evaluate_by_count(function: Callable[..., Vector], offset: float, counts: Ints) -> Vector:
    top = int(counts.max(initial=0))
    if top >= counts.size:
        return np.asarray(function(offset + counts), dtype=np.float64)
    table: Vector = np.asarray(function(offset + np.arange(top + 1)), dtype=np.float64)
    return table[counts]
