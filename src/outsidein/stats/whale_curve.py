"""The whale curve: how much of the profit comes from how few customers, and what the rest cost."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.proportion import Proportion, proportion

Floats = NDArray[np.float64]

ENDS = 1_000  # customers at each end resampled one by one
MIDDLE = 8_000  # blocks of neighbours between the ends
AT_ONCE = 20  # draws held in memory together


class Money(NamedTuple):
    """A sum over all `n` customers and its confidence interval (minor units)."""

    amount: int
    low: float
    high: float


class WhaleLevel(NamedTuple):
    """A sum as a multiple of total profit, and its confidence interval."""

    level: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class WhaleCurve:
    """Cumulative profit over customers ranked from most to least profitable.

    Attributes:
        customer_share: Share of customers, the most profitable first (0 to 1, evenly spaced).
        cumulative: Profit those customers bring together (minor units).
        low: Lower limit of `cumulative`.
        high: Upper limit of `cumulative`.
        share: `cumulative` as a multiple of total profit; None if there is no total profit.
        share_low: Lower limit of `share`; None too where the total may not be above 0.
        share_high: Upper limit of `share`; None too where the total may not be above 0.
        total: Profit of all customers.
        peak: Profit of the profitable customers: the most the curve reaches.
        peak_customers: Share of customers at which it does, the profitable ones.
        peak_level: `peak` as a multiple of total profit; None where `share_low` is.
        unprofitable: Share of customers on whom money is lost.
        loss: Profit of those customers (0 or below).
        n: Customers (count).
        confidence: Coverage of every interval, taken point by point (probability).
    """

    customer_share: Floats
    cumulative: Floats
    low: Floats
    high: Floats
    share: Floats | None
    share_low: Floats | None
    share_high: Floats | None
    total: Money
    peak: Money
    peak_customers: Proportion
    peak_level: WhaleLevel | None
    unprofitable: Proportion
    loss: Money
    n: int
    confidence: float


class _Blocks(NamedTuple):
    """Runs of ranked customers: how many, and their mean profit, loss and both (minor units)."""

    size: NDArray[np.int64]
    mean: Floats
    gain: Floats
    loss: Floats


def whale_curve(
    profit: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    points: int = 100,
    draws: int = 200,
    confidence: float = 0.95,
) -> WhaleCurve:
    """Draw the whale curve of the population these customers come from.

    Between whole customers the curve is a straight line. Shares of the total are given only
    where there is a total above 0, and their intervals only where the total's own interval
    lies above 0. Intervals are bootstrap percentiles: customers are ranked once and drawn again
    with replacement, one by one at the two ends of the ranking and in blocks of neighbours,
    each at the block's mean, between them (all one by one up to 10,000 customers). A few
    customers who hold much of the profit make such intervals too narrow.

    Args:
        profit: Profit of each customer (minor units); their total must fit 64 bits.
        rng: Source of the draws.
        points: Steps of the curve (count).
        draws: Bootstrap draws (count).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Curve at `points` + 1 shares of customers, from 0 to 1.

    Raises:
        TooLittleData: There are fewer than 2 customers.

    Example:
        >>> profit = np.array([900, 300, 100, -100, -200])
        >>> curve = whale_curve(profit, rng=np.random.default_rng(1), points=5)
        >>> curve.cumulative.tolist(), curve.share.round(2).tolist()
        ([0.0, 900.0, 1200.0, 1300.0, 1200.0, 1000.0], [0.0, 0.9, 1.2, 1.3, 1.2, 1.0])
        >>> curve.peak_customers.share, curve.loss.amount
        (0.6, -300)

    Source:
        Kaplan & Narayanan (2001), "Measuring and Managing Customer Profitability", Journal of
        Cost Management 15(5); Efron & Tibshirani (1993), An Introduction to the Bootstrap,
        chapter 13 (percentile interval).
    """
    n = len(profit)
    if n < 2:  # noqa: PLR2004 - one customer resampled is always the same
        raise TooLittleData(n, needed=2, of="customers")
    ranked = np.sort(profit)[::-1]
    grid = np.linspace(0, 1, points + 1)
    cumulative = np.interp(grid * n, np.arange(n + 1), np.concatenate([[0], np.cumsum(ranked)]))
    curves, gains, losses = _resample(_blocks(ranked), grid, draws, rng)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    total = _money(int(ranked.sum()), curves[:, -1], tails)
    peak = _money(int(ranked[ranked > 0].sum()), gains, tails)
    share, share_low, share_high = _shares(cumulative, curves, total, tails)
    low, high = np.quantile(curves, tails, axis=0)
    return WhaleCurve(
        customer_share=grid,
        cumulative=cumulative,
        low=low,
        high=high,
        share=share,
        share_low=share_low,
        share_high=share_high,
        total=total,
        peak=peak,
        peak_customers=_proportion(ranked > 0, confidence),
        peak_level=_level(peak, total, gains, curves[:, -1], tails),
        unprofitable=_proportion(ranked < 0, confidence),
        loss=_money(int(ranked[ranked < 0].sum()), losses, tails),
        n=n,
        confidence=confidence,
    )


def _blocks(ranked: NDArray[np.int64]) -> _Blocks:
    n = len(ranked)
    if n <= 2 * ENDS + MIDDLE:
        start = np.arange(n)
    else:
        middle = np.linspace(ENDS, n - ENDS, MIDDLE, endpoint=False).astype(np.int64)
        start = np.concatenate([np.arange(ENDS), middle, np.arange(n - ENDS, n)])
    size = np.diff(start, append=n)
    gain = np.add.reduceat(np.maximum(ranked, 0), start) / size
    loss = np.add.reduceat(np.minimum(ranked, 0), start) / size
    return _Blocks(size, gain + loss, gain, loss)


def _resample(
    blocks: _Blocks, grid: Floats, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Return, per draw, the curve at the grid, and what the profitable and the others bring."""
    n = int(blocks.size.sum())
    chance, wanted = blocks.size / n, grid * n
    curves, gains, losses = np.empty((draws, len(grid))), np.empty(draws), np.empty(draws)
    for first in range(0, draws, AT_ONCE):
        counts = rng.multinomial(n, chance, size=min(AT_ONCE, draws - first))
        now = slice(first, first + len(counts))
        gains[now], losses[now] = counts @ blocks.gain, counts @ blocks.loss
        reached = np.cumsum(counts, axis=1)
        money = np.cumsum(counts * blocks.mean, axis=1)
        for draw, (customers, sums) in enumerate(zip(reached, money, strict=True), start=first):
            curves[draw] = np.interp(wanted, np.r_[0, customers], np.r_[0.0, sums])
    return curves, gains, losses


def _money(amount: int, drawn: Floats, tails: list[float]) -> Money:
    low, high = np.quantile(drawn, tails).tolist()
    return Money(amount, low, high)


def _shares(
    cumulative: Floats, curves: Floats, total: Money, tails: list[float]
) -> tuple[Floats | None, Floats | None, Floats | None]:
    if total.amount <= 0:
        return None, None, None
    share = cumulative / total.amount
    if total.low <= 0:
        return share, None, None
    low, high = np.quantile(_ratio(curves, curves[:, -1:]), tails, axis=0)
    return share, low, high


def _level(
    peak: Money, total: Money, gains: Floats, totals: Floats, tails: list[float]
) -> WhaleLevel | None:
    if total.amount <= 0 or total.low <= 0:
        return None
    low, high = np.quantile(_ratio(gains, totals), tails).tolist()
    return WhaleLevel(peak.amount / total.amount, low, high)


def _ratio(part: Floats, total: Floats) -> Floats:
    """Divide; a draw without a total is the most that any draw with one shows, or more."""
    ratio = part / np.where(total > 0, total, 1.0)
    most = np.max(ratio, axis=0, where=total > 0, initial=-np.inf)
    return np.where(total > 0, ratio, most)


def _proportion(has: NDArray[np.bool_], confidence: float) -> Proportion:
    return proportion(int(np.count_nonzero(has)), len(has), confidence=confidence)
