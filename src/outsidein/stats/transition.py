"""How customers move between stages from one period to the next."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outsidein.stats.proportion import Proportion, proportion


class Sojourn(NamedTuple):
    """Expected periods in a stage with interval, from `n` customers; None where unbounded."""

    periods: float | None
    low: float
    high: float | None
    n: int


def transitions(
    counts: ArrayLike, *, confidence: float = 0.95
) -> tuple[tuple[Proportion | None, ...], ...]:
    """Estimate the probability of moving from each stage to each, over one period.

    Each row is taken by itself: the share of those who began the period in stage i that ended
    it in stage j. Intervals are Wilson's, cell by cell, not for a whole row at once.

    Args:
        counts: Customers by stage at the start (rows) and at the end (columns) of a period;
            square, with those who stayed on the diagonal.
        confidence: Coverage of each interval (probability, between 0 and 1).

    Returns:
        Rows of shares (0 to 1) with intervals and `n`, the customers who began in the row's
        stage; None throughout a row in which nobody began.

    Raises:
        ValueError: `counts` is not square.

    Example:
        >>> rows = transitions([[80, 20], [0, 0]])
        >>> rows[0][1].share, rows[1]
        (0.2, (None, None))

    Source:
        Anderson & Goodman (1957), "Statistical Inference about Markov Chains", Annals of
        Mathematical Statistics 28(1); intervals by Wilson (1927), JASA 22(158).
    """
    table = _square(counts)
    return tuple(
        tuple(_cell(moved, sum(row), confidence) for moved in row) for row in table.tolist()
    )


def sojourn(counts: ArrayLike, *, confidence: float = 0.95) -> tuple[Sojourn | None, ...]:
    """Estimate how many periods a customer found in each stage stays in it, this one included.

    Assumes that the chance of staying is the same however long the customer has been there
    (Markov), so that the stay is geometric with mean 1 / (1 - chance of staying). The interval
    carries over from Wilson's for that chance.

    Args:
        counts: As in `transitions`.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Per stage, periods (1 or more) with interval; `periods` and `high` are None where all
        stayed, and the whole entry where nobody began.

    Raises:
        ValueError: `counts` is not square.

    Example:
        >>> stay = sojourn([[80, 20], [5, 0]])
        >>> f"{stay[0].periods:.1f} ({stay[0].low:.1f} to {stay[0].high:.1f})"
        '5.0 (3.5 to 7.5)'
        >>> sojourn([[9, 0], [0, 0]])[0].periods, sojourn([[9, 0], [0, 0]])[1]
        (None, None)

    Source:
        Kemeny & Snell (1960), Finite Markov Chains, section 3.5.
    """
    table = _square(counts).tolist()
    stays = [_cell(row[i], sum(row), confidence) for i, row in enumerate(table)]
    return tuple(None if stay is None else _periods(stay) for stay in stays)


def _square(counts: ArrayLike) -> NDArray[np.int64]:
    table = np.asarray(counts, dtype=np.int64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"counts must be square, not {table.shape}")
    return table


def _cell(moved: int, n: int, confidence: float) -> Proportion | None:
    return proportion(moved, n, confidence=confidence) if n else None


def _periods(stay: Proportion) -> Sojourn:
    if stay.share == 1:
        return Sojourn(None, 1 / (1 - stay.low), None, stay.n)
    return Sojourn(1 / (1 - stay.share), 1 / (1 - stay.low), 1 / (1 - stay.high), stay.n)
