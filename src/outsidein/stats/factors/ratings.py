"""Ratings of factors beside an overall score, reduced in one pass to blocks of cross-moments."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from outsidein.errors import TooLittleData

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BLOCKS = 256
"""Into so many runs of whole customers the rows are cut; the bootstrap draws runs."""

MIDDLE = 0.5
"""Score assumed for a factor that was not mentioned."""

SLACK = 1e-9


class Cuts(NamedTuple):
    """Shares of a scale up to which an answer is low, and from which it is high (0 to 1)."""

    low_to: float = 0.25
    high_from: float = 0.9


USUAL = Cuts()
"""Of answers from 1 to 5: 1 and 2 are low, 5 is high."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One row per occasion on which a customer said their overall satisfaction.

    Attributes:
        factors: Names, in the order of the columns of `scores`.
        scores: Occasions by factors: share of the scale (0 to 1), NaN where missing.
        overall: How satisfied (share of the scale, 0 to 1).
        customer: Code of the customer of each row. Rows lie customer by customer, in an order
            that has nothing to do with their answers.
        weight: 1 / inclusion probability, or any multiple of it.
        is_rated: Per factor, whether every occasion asked for it. What was asked for and not
            answered is set apart; what came up by itself or not is, where it did not, in the
            middle.
    """

    factors: tuple[str, ...]
    scores: Floats
    overall: Floats
    customer: Ints
    weight: Floats
    is_rated: Bools

    def of(self, rows: Bools | Ints) -> "Ratings":
        """Return some of the rows."""
        return Ratings(
            self.factors,
            self.scores[rows],
            self.overall[rows],
            self.customer[rows],
            self.weight[rows],
            self.is_rated,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """All that the regressions need, per block of customers.

    Attributes:
        factors: Names.
        cross: Blocks by columns by columns: weighted sums of products of the columns 1, low,
            high, unanswered, score (one of each per factor) and overall.
        low: Low answers per factor (effective count: Kish's n where weights differ).
        high: High answers per factor (effective count).
        low_customers: Customers with a low answer, per factor (count).
        high_customers: Customers with a high answer, per factor (count).
        customers: Customers with an answer, per factor (count).
        n: Customers (count).
    """

    factors: tuple[str, ...]
    cross: Floats
    low: Floats
    high: Floats
    low_customers: Ints
    high_customers: Ints
    customers: Ints
    n: int

    def columns(self, kind: str) -> Ints:
        """Return where the columns of a kind lie: low, high, unanswered or score."""
        many = len(self.factors)
        first = 1 + ("low", "high", "unanswered", "score").index(kind) * many
        return np.arange(first, first + many)

    def total(self) -> Floats:
        """Return the moments of all blocks together."""
        total: Floats = self.cross.sum(axis=0)
        return total

    def drawn(self, draws: int, rng: np.random.Generator) -> Floats:
        """Return moments of bootstrap samples of the blocks: draws by columns by columns."""
        blocks, wide = len(self.cross), self.cross.shape[1]
        times = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws)
        flat = times.astype(np.float64) @ self.cross.reshape(blocks, wide * wide)
        return flat.reshape(draws, wide, wide)


def rating_moments(ratings: Ratings, *, cuts: Cuts = USUAL, blocks: int = BLOCKS) -> Moments:
    """Reduce ratings to cross-moments, block by block.

    Args:
        ratings: The answers.
        cuts: What is low and what is high.
        blocks: Runs of whole customers at most (count).

    Raises:
        TooLittleData: There are fewer than 2 customers.
    """
    starts = np.flatnonzero(np.diff(ratings.customer, prepend=ratings.customer[:1] - 1))
    if len(starts) < 2:  # noqa: PLR2004 - one customer drawn again is always the same
        raise TooLittleData(len(starts), needed=2, of="customers")
    low, high = _low_and_high(ratings.scores, cuts)
    is_known = ~np.isnan(ratings.scores)
    edges = _edges(starts, len(ratings.overall), blocks)
    # Many small products: threads of their own would wait for each other more than they work.
    with threadpool_limits(1, user_api="blas"):
        cross = np.stack(
            [
                _block(ratings, low[rows], high[rows], is_known[rows], rows)
                for rows in (slice(a, b) for a, b in pairwise(edges))
            ]
        )
    return Moments(
        ratings.factors,
        cross,
        _effective(low, ratings.weight),
        _effective(high, ratings.weight),
        _customers(low, starts),
        _customers(high, starts),
        _customers(is_known, starts),
        len(starts),
    )


def _edges(starts: Ints, rows: int, blocks: int) -> list[int]:
    """Cut where a customer begins, into runs as equal as customers allow."""
    targets = np.arange(blocks) * rows / blocks
    first = starts[np.searchsorted(starts, targets).clip(max=len(starts) - 1)]
    return [0, *np.unique(first)[1:].tolist(), rows] if len(first) else [0, rows]


def _low_and_high(scores: Floats, cuts: Cuts) -> tuple[Bools, Bools]:
    return scores <= cuts.low_to + SLACK, scores >= cuts.high_from - SLACK


def _block(ratings: Ratings, low: Bools, high: Bools, is_known: Bools, rows: slice) -> Floats:
    p, rated, scores = len(ratings.factors), ratings.is_rated, ratings.scores[rows]
    is_whole = bool(is_known.all())
    live = np.delete(np.arange(4 * p + 2), np.arange(2 * p + 1, 3 * p + 1) if is_whole else [])
    X = np.empty((len(low), len(live)))
    X[:, 0] = 1.0
    X[:, 1 : p + 1] = low
    X[:, p + 1 : 2 * p + 1] = high
    if is_whole:
        X[:, -p - 1 : -1] = scores
    else:
        X[:, 2 * p + 1 : 3 * p + 1] = ~is_known & rated
        X[:, -p - 1 : -1] = np.where(is_known, scores, np.where(rated, 0.0, MIDDLE))
    X[:, -1] = ratings.overall[rows]
    X *= np.sqrt(ratings.weight[rows, None])
    product: Floats = np.zeros((4 * p + 2, 4 * p + 2))
    product[np.ix_(live, live)] = X.T @ X
    return product


def _effective(chosen: Bools, weight: Floats) -> Floats:
    if np.ptp(weight) == 0:
        counts: Floats = chosen.sum(axis=0).astype(np.float64)
        return counts
    once, twice = weight @ chosen, (weight * weight) @ chosen
    kish: Floats = np.divide(once * once, twice, out=np.zeros_like(once), where=twice > 0)
    return kish


def _customers(chosen: Bools, starts: Ints) -> Ints:
    each = chosen if len(starts) == len(chosen) else np.logical_or.reduceat(chosen, starts, axis=0)
    counts: Ints = each.sum(axis=0, dtype=np.int64)
    return counts
