"""The whale curve: cumulative profit over customers, most profitable first."""

from collections.abc import Iterator

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure, Group
from outsidein.figures.spec import Measure
from outsidein.stats.whale_curve import Money, WhaleCurve, WhaleLevel, whale_curve
from outsidein.value.figures import (
    CUMULATIVE_PROFIT,
    CUMULATIVE_SHARE,
    LOSSES,
    PEAK,
    PEAK_MULTIPLE,
    PROFIT,
    PROFITABLE,
    UNPROFITABLE,
    WHALE_CURVE,
)
from outsidein.value.revenue import NO_REVENUE, has_revenue

MOST_POINTS = 100
CURVES = {"with own failures": "profit", "without own failures": "profit_without_failures"}
"""The column of profit that each curve is drawn of."""

FEW = f"fewer than {FEWEST} customers"
NO_TOTAL = "total profit may not be above 0, so shares of it mean nothing"


def whale_figure(profits: ir.Table, *, rng: np.random.Generator, rule: str) -> Figure:
    """Show cumulative profit over customers, most profitable first.

    Points stand at least ten customers apart, so that no step shows fewer.

    Args:
        profits: One row per customer, as by `customer_profit`.
        rng: Source of the bootstrap draws.
        rule: How the cost of goods was computed.
    """
    if not has_revenue(profits):
        unknown = (PROFIT.unanswered(NO_REVENUE, group=_group(curve, None)) for curve in CURVES)
        return WHALE_CURVE.figure(unknown, rule=rule)
    columns = profits.select(*CURVES.values()).to_pyarrow()
    estimates = (
        estimate
        for curve, column in CURVES.items()
        for estimate in _curve_estimates(curve, columns[column].to_numpy(), rng)
    )
    return WHALE_CURVE.figure(estimates, rule=rule)


def _curve_estimates(
    curve: str, profit: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[Estimate]:
    points = max(1, min(MOST_POINTS, len(profit) // FEWEST))
    try:
        whale = whale_curve(profit, rng=rng, points=points)
    except TooLittleData as error:
        yield CUMULATIVE_PROFIT.too_little(error, group=_group(curve, None))
        return
    yield from _summary_estimates(whale, _group(curve, None))
    for point, share in enumerate(whale.customer_share):
        yield from _point_estimates(whale, point, _group(curve, round(float(share), 4)))


def _group(curve: str, share: float | None) -> Group:
    return {"curve": curve, "customer_share": share}


def _summary_estimates(whale: WhaleCurve, group: Group) -> Iterator[Estimate]:
    lossmaking = round(whale.unprofitable.share * whale.n)
    yield UNPROFITABLE.estimated(whale.unprofitable, value="share", group=group)
    yield PROFITABLE.estimated(whale.peak_customers, value="share", group=group)
    yield _money_estimate(LOSSES, whale.loss, lossmaking, group)
    # the peak less the total is the loss: what hides the one must hide the other
    peak_rests_on = min(lossmaking, whale.n - lossmaking) or whale.n
    yield _money_estimate(PEAK, whale.peak, peak_rests_on, group, n=whale.n)
    yield _peak_multiple(whale.peak_level, peak_rests_on, whale.n, group)
    yield _money_estimate(PROFIT, whale.total, whale.n, group)


def _money_estimate(
    measure: Measure, money: Money, rests_on: int, group: Group, *, n: int | None = None
) -> Estimate:
    if 0 < rests_on < FEWEST:
        return measure.unanswered(FEW, group=group)
    return measure.estimate(n or rests_on, *money, group=group)


def _peak_multiple(level: WhaleLevel | None, rests_on: int, n: int, group: Group) -> Estimate:
    if level is None:
        return PEAK_MULTIPLE.unanswered(NO_TOTAL, group=group)
    if 0 < rests_on < FEWEST:
        return PEAK_MULTIPLE.unanswered(FEW, group=group)
    return PEAK_MULTIPLE.estimate(n, *level, group=group)


def _point_estimates(whale: WhaleCurve, point: int, group: Group) -> Iterator[Estimate]:
    n = round(float(whale.customer_share[point]) * whale.n)
    at, low, high = (float(c[point]) for c in (whale.cumulative, whale.low, whale.high))
    yield CUMULATIVE_PROFIT.estimate(n, at, low, high, group=group)
    yield _cumulative_share(whale, point, n, group)


def _cumulative_share(whale: WhaleCurve, point: int, n: int, group: Group) -> Estimate:
    if whale.share is None:
        return CUMULATIVE_SHARE.unanswered(NO_TOTAL, group=group)
    share = float(whale.share[point])
    if whale.share_low is None or whale.share_high is None:
        return CUMULATIVE_SHARE.estimate(n, share, why=NO_TOTAL, group=group)
    low, high = float(whale.share_low[point]), float(whale.share_high[point])
    return CUMULATIVE_SHARE.estimate(n, share, low, high, group=group)
