"""Allocation of a survey budget over cells."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import InputError

Floats = NDArray[np.float64]

HALVINGS = 200
"""Of the search for the price of a question; more change nothing."""


class AllocationCell(NamedTuple):
    """Customers who are alike.

    Attributes:
        customers: All of them, whom the cell's answers stand for (count).
        free: Those who may be asked (count).
        answers: Answers so far (count).
        deviation: Standard deviation of one answer (any unit).
        response: Chance that one who is asked answers (above 0 to 1).
    """

    customers: int
    free: int
    answers: float
    deviation: float
    response: float


class Allocation(NamedTuple):
    """How many to ask in each cell, and the standard error of the overall mean before and after."""

    asked: tuple[int, ...]
    error_before: float
    error_after: float


def allocate_sample(cells: Sequence[AllocationCell], budget: int) -> Allocation:
    """Deal out questions so that the mean over all customers becomes as sure as it can.

    The value of a question is the variance it is expected to take from the mean: much where many
    answers vary and are few so far, little where response is low. Neyman's
    allocation, answers already at hand counted in, one pseudo-answer per cell. Every cell with
    customers who may be asked gets one question if the budget allows, so that everyone has a
    chance.

    Args:
        cells: No customer in two.
        budget: Questions (count).

    Returns:
        Customers to ask in each cell (count, in the order of `cells`).

    Raises:
        InputError: The budget is below 1, or nobody may be asked.

    Example:
        >>> torn = AllocationCell(1000, 1000, answers=0, deviation=0.5, response=0.5)
        >>> agreed = torn._replace(deviation=0.1)
        >>> allocate_sample([torn, agreed], 120).asked
        (101, 19)

    Source:
        Neyman (1934), "On the Two Different Aspects of the Representative Method", Journal of
        the Royal Statistical Society 97(4).
    """
    free = np.array([cell.free for cell in cells])
    if budget < 1:
        raise InputError(f"A budget of {budget} asks nobody; give 1 or more.")
    if not free.any():
        raise InputError("Nobody may be asked now: see the reasons in the list of left-out.")
    budget = min(budget, int(free.sum()))
    least = np.minimum(free, 1) if budget >= (free > 0).sum() else np.zeros_like(free)
    shares = _priced(cells, least.astype(float), budget)
    asked = np.minimum(_whole(shares, least, budget), free)
    return Allocation(tuple(asked.tolist()), _error(cells), _error(cells, asked))


def _priced(cells: Sequence[AllocationCell], least: Floats, budget: int) -> Floats:
    """Find the price at which as many questions are worth it as the budget holds."""
    free, answers, deviation, response = (
        np.array([getattr(cell, name) for cell in cells], float)
        for name in ("free", "answers", "deviation", "response")
    )
    weight = np.array([cell.customers for cell in cells], float) * deviation

    def sample_sizes(price: float) -> Floats:
        worth = np.sqrt(weight**2 * response / price)
        return np.asarray(np.clip((worth - answers - 1) / response, least, free))

    low, high = 1e-12, float((weight**2).sum()) + 1.0
    for _ in range(HALVINGS):
        price = sqrt(low * high)
        low, high = (price, high) if sample_sizes(price).sum() > budget else (low, price)
    return sample_sizes(high)


def _whole(shares: Floats, least: NDArray[np.int64], budget: int) -> NDArray[np.int64]:
    """Round to whole questions that make up the budget."""
    floor = np.maximum(np.floor(shares + 1e-9).astype(np.int64), least)
    rest = budget - int(floor.sum())
    order = np.lexsort((np.arange(len(shares)), -(shares - floor)))
    floor[order[: max(rest, 0)]] += 1
    return floor


def _error(
    cells: Sequence[AllocationCell], asked: Sequence[int] | NDArray[np.int64] | None = None
) -> float:
    """Standard error of the overall mean, with one pseudo-answer per cell."""
    whole = sum(cell.customers for cell in cells)
    more = [0] * len(cells) if asked is None else asked
    return sqrt(
        sum(
            (cell.customers / whole * cell.deviation) ** 2
            / (cell.answers + 1 + cell.response * int(n))
            for cell, n in zip(cells, more, strict=True)
        )
    )
