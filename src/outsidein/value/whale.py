"""The whale curve: how few customers bring the profit, and what the others take from it."""

from collections.abc import Iterator

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.figures.figure import (
    FEWEST,
    Estimate,
    Figure,
    Group,
    Unit,
    estimated,
    too_little,
    unanswered,
)
from outsidein.stats.whale import Level, Money, WhaleCurve, whale_curve

MOST_POINTS = 100
CURVES = {"with own failures": "profit", "without own failures": "profit_without_failures"}
"""The column of profit that each curve is drawn of."""

FEW = f"fewer than {FEWEST} customers"
NO_TOTAL = "total profit may not be above 0, so shares of it mean nothing"


def whale_figure(profits: ir.Table, *, rng: np.random.Generator, rule: str) -> Figure:
    """Draw cumulative profit over customers, the most profitable first.

    Points stand at least ten customers apart, so that no step shows fewer.

    Args:
        profits: One row per customer, as by `customer_profit`.
        rng: Source of the bootstrap draws.
        rule: How goods' cost was reckoned.
    """
    columns = profits.select(*CURVES.values()).to_pyarrow()
    return Figure(
        name="whale_curve",
        title="How few customers bring the profit",
        method="Cumulative profit of customers ranked from most to least profitable, with and "
        "without the cost of the firm's own failures; bootstrap intervals over customers, point "
        f"by point. {rule}",
        groups=("curve", "customer_share"),
        estimates=tuple(
            estimate
            for curve, column in CURVES.items()
            for estimate in _curve(curve, columns[column].to_numpy(), rng)
        ),
    )


def _curve(curve: str, profit: NDArray[np.int64], rng: np.random.Generator) -> Iterator[Estimate]:
    points = max(1, min(MOST_POINTS, len(profit) // FEWEST))
    try:
        whale = whale_curve(profit, rng=rng, points=points)
    except TooLittleData as error:
        yield too_little("cumulative profit", Unit.MONEY, error, group=_group(curve, None))
        return
    yield from _summary(whale, _group(curve, None))
    for point, share in enumerate(whale.customer_share):
        yield from _point(whale, point, _group(curve, round(float(share), 4)))


def _group(curve: str, share: float | None) -> Group:
    return {"curve": curve, "customer_share": share}


def _summary(whale: WhaleCurve, group: Group) -> Iterator[Estimate]:
    customers, lossmaking = Unit.SHARE, round(whale.unprofitable.share * whale.n)
    yield estimated("unprofitable", customers, whale.unprofitable, value="share", group=group)
    yield estimated("profitable", customers, whale.peak_customers, value="share", group=group)
    yield _money("losses on the unprofitable", whale.loss, lossmaking, group)
    # the peak less the total is the loss: what hides the one must hide the other
    peak_rests_on = min(lossmaking, whale.n - lossmaking) or whale.n
    yield _money("peak", whale.peak, peak_rests_on, group, n=whale.n)
    yield _level("peak as a multiple of profit", whale.peak_level, peak_rests_on, whale.n, group)
    yield _money("profit", whale.total, whale.n, group)


def _money(
    measure: str, money: Money, rests_on: int, group: Group, *, n: int | None = None
) -> Estimate:
    if 0 < rests_on < FEWEST:
        return unanswered(measure, Unit.MONEY, FEW, group=group)
    return Estimate(measure, Unit.MONEY, n or rests_on, *money, group=group)


def _level(measure: str, level: Level | None, rests_on: int, n: int, group: Group) -> Estimate:
    if level is None:
        return unanswered(measure, Unit.NUMBER, NO_TOTAL, group=group)
    if 0 < rests_on < FEWEST:
        return unanswered(measure, Unit.NUMBER, FEW, group=group)
    return Estimate(measure, Unit.NUMBER, n, *level, group=group)


def _point(whale: WhaleCurve, point: int, group: Group) -> Iterator[Estimate]:
    n = round(float(whale.customer_share[point]) * whale.n)
    at, low, high = (float(c[point]) for c in (whale.cumulative, whale.low, whale.high))
    yield Estimate("cumulative profit", Unit.MONEY, n, at, low, high, group=group)
    yield _share(whale, point, n, group)


def _share(whale: WhaleCurve, point: int, n: int, group: Group) -> Estimate:
    measure, unit = "cumulative share of profit", Unit.NUMBER
    if whale.share is None:
        return unanswered(measure, unit, NO_TOTAL, group=group)
    share = float(whale.share[point])
    if whale.share_low is None or whale.share_high is None:
        return Estimate(measure, unit, n, share, why=NO_TOTAL, group=group)
    low, high = float(whale.share_low[point]), float(whale.share_high[point])
    return Estimate(measure, unit, n, share, low, high, group=group)
