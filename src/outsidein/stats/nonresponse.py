"""Non-response: means of everyone asked, under stated assumptions."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from outsidein.errors import TooLittleData

FEWEST = 10
"""Cells with fewer answers are joined with others before anything is learnt from them."""


class ResponseCell(NamedTuple):
    """A cell of similar customers who were asked: how many, and the sums of those who answered.

    Weights are 1 / inclusion probability; `y` is an answer.

    Attributes:
        asked: Customers asked (count).
        asked_weight: Sum of their weights.
        answered: Those of them who answered (count).
        weight: Sum of the weights of those who answered.
        squares: Sum of their squared weights.
        total: Sum of weight times `y`.
        total_of_squares: Sum of weight times `y` squared.
    """

    asked: int
    asked_weight: float
    answered: int
    weight: float
    squares: float
    total: float
    total_of_squares: float


class Adjusted(NamedTuple):
    """A mean and its interval, in the unit of the answers, from `n` customers."""

    mean: float
    low: float
    high: float
    n: int


class ManskiBounds(NamedTuple):
    """Limits of a mean, whatever non-respondents think.

    `low` and `high` hold the limits with the sampling error of who was asked; `lowest` and
    `highest` are the limits themselves.
    """

    lowest: float
    highest: float
    low: float
    high: float
    n: int


class NonresponseEstimate(NamedTuple):
    """Estimates about everyone asked.

    Attributes:
        answered: Mean of those who answered, as if they stood for all.
        everyone: Mean of all, taking non-respondents of each cell to be as its respondents.
        nonrespondents: Mean of non-respondents under the same assumption.
        bounds: Limits of the mean of all without any assumption.
        response: Weighted share who answered (0 to 1).
        cells: Cells left after joining those with too few answers (count).
    """

    answered: Adjusted
    everyone: Adjusted
    nonrespondents: Adjusted | None
    bounds: ManskiBounds
    response: float
    cells: int


def estimate_everyone_asked(
    cells: Sequence[ResponseCell], *, lowest: float, highest: float, confidence: float = 0.95
) -> NonresponseEstimate:
    """Estimate the mean of everyone asked, and of non-respondents, from those who answered.

    "Missing at random within cells": in a cell, whether somebody answers has nothing to do with
    what they would say. Each answer is weighted by 1 / (inclusion probability x share of its
    cell that answered). Beside it stand the limits that need no assumption: all non-respondents at
    the worst answer, or all at the best.

    Args:
        cells: Of everyone asked; no customer in two.
        lowest: The worst answer there is.
        highest: The best answer there is.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Means with intervals, and bounds, in the unit of the answers.

    Raises:
        TooLittleData: Fewer than 10 answered.

    Example:
        >>> pleased = ResponseCell(100, 100, 80, 80, 80, 80 * 0.9, 80 * 0.9)
        >>> cross = ResponseCell(100, 100, 20, 20, 20, 20 * 0.1, 20 * 0.1)
        >>> estimate = estimate_everyone_asked([pleased, cross], lowest=0, highest=1)
        >>> f"{estimate.answered.mean:.2f} of respondents, {estimate.everyone.mean:.2f} of all"
        '0.74 of respondents, 0.50 of all'
        >>> f"{estimate.bounds.lowest:.2f} to {estimate.bounds.highest:.2f} at the limits"
        '0.37 to 0.87 at the limits'

    Source:
        Little & Rubin (2002), Statistical Analysis with Missing Data, 2nd ed., on weighting-cell
        estimators; Manski (1989), "Anatomy of the Selection Problem", Journal of Human Resources
        24(3), on the bounds.
    """
    answered = sum(cell.answered for cell in cells)
    if answered < FEWEST:
        raise TooLittleData(answered, needed=FEWEST, of="customers who answered")
    kept = join_cells(cells)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    everyone = [cell.asked_weight for cell in kept]
    nonrespondents = [cell.asked_weight - cell.weight for cell in kept]
    n_nonrespondents = sum(cell.asked - cell.answered for cell in kept)
    pooled = _pooled_cells(kept)
    return NonresponseEstimate(
        answered=_mixed([pooled], [1.0], n=answered, z=z),
        everyone=_mixed(kept, everyone, n=answered, z=z),
        nonrespondents=_mixed(kept, nonrespondents, n=answered, z=z)
        if n_nonrespondents and sum(nonrespondents) > 0
        else None,
        bounds=_bounds(pooled, lowest=lowest, highest=highest, z=z),
        response=pooled.weight / pooled.asked_weight,
        cells=len(kept),
    )


def join_cells(cells: Sequence[ResponseCell], *, fewest: int = FEWEST) -> list[ResponseCell]:
    """Join cells with fewer than `fewest` answers, until each has so many or one is left.

    Example:
        >>> few, many = ResponseCell(9, 9, 3, 3, 3, 3, 3), ResponseCell(40, 40, 20, 20, 20, 5, 5)
        >>> [(cell.asked, cell.answered) for cell in join_cells([few, few, many])]
        [(58, 26)]
    """
    kept = sorted(cells, key=lambda cell: (cell.answered, cell))
    while len(kept) > 1 and kept[0].answered < fewest:
        kept = sorted([_pooled_cells(kept[:2]), *kept[2:]], key=lambda cell: (cell.answered, cell))
    return kept


def _pooled_cells(cells: Sequence[ResponseCell]) -> ResponseCell:
    return ResponseCell(*(sum(values) for values in zip(*cells, strict=True)))


def _mixed(cells: Sequence[ResponseCell], shares: Sequence[float], *, n: int, z: float) -> Adjusted:
    """Mean of the cells' means by their shares, with the error of both."""
    whole = sum(shares)
    parts = [share / whole for share in shares]
    means = [cell.total / cell.weight for cell in cells]
    mean = sum(part * m for part, m in zip(parts, means, strict=True))
    within = sum(p * p * _error(cell) for p, cell in zip(parts, cells, strict=True))
    between = sum(p * (m - mean) ** 2 for p, m in zip(parts, means, strict=True))
    pooled = _pooled_cells(cells)
    margin = z * sqrt(within + between / max(pooled.asked, 1))
    return Adjusted(mean, mean - margin, mean + margin, n)


def _error(cell: ResponseCell) -> float:
    """Squared standard error of a cell's mean."""
    if cell.answered < 2:  # noqa: PLR2004  a spread takes two
        return 0.0
    mean = cell.total / cell.weight
    spread = max(cell.total_of_squares / cell.weight - mean * mean, 0.0)
    return spread * cell.answered / (cell.answered - 1) * cell.squares / cell.weight**2


def _bounds(pooled: ResponseCell, *, lowest: float, highest: float, z: float) -> ManskiBounds:
    response = pooled.weight / pooled.asked_weight
    mean = response * pooled.total / pooled.weight
    squares = response * pooled.total_of_squares / pooled.weight
    ends, margins = [], []
    for extreme in (lowest, highest):
        end = mean + (1 - response) * extreme
        spread = max(squares + (1 - response) * extreme**2 - end**2, 0.0)
        ends.append(end)
        margins.append(z * sqrt(spread * pooled.squares / pooled.weight**2 * response))
    return ManskiBounds(
        ends[0],
        ends[1],
        max(ends[0] - margins[0], lowest),
        min(ends[1] + margins[1], highest),
        pooled.asked,
    )
