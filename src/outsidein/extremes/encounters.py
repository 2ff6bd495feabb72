"""The worst and the best of each customer's last 90 days; disasters and delights by where."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.extremes.figures import DELIGHTS, DISASTERS, EXTREMES, ITEM
from outsidein.extremes.incidents import DELIGHT_FROM, DISASTER_TO, LOOKED_BACK, recent_incidents
from outsidein.feedback.totals import ALL, EXACT
from outsidein.feedback.weights import FULL
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.weighted import Totals, weighted_share

EXTREMES_KEY = ("customer_id",)

DIMENSIONS = (ITEM, "encounter", "touchpoint", "channel", "unit")

LATELY, EVER = f"last {LOOKED_BACK} days", "all time"

UNSCORED = "no signal scores the whole, and no factor that is asked about is declared decisive"

_DETAILS = ("signal_id", "source", "item", "factor", "encounter_id", "encounter", "touchpoint",
         "channel")  # fmt: skip


def customer_extremes(incidents: ir.Table, *, as_of: date) -> ir.Table:
    """Find the worst and the best incident of each customer's last 90 days.

    Of equally bad ones the latest counts.

    Args:
        incidents: From `scored_incidents`.
        as_of: First day that does not count.

    Returns:
        One row per customer with an incident in the last 90 days: `customer_id`,
        `scored_signals` (count), and for the `worst_...` and the `best_...`: `score` (share of
        the scale), `on`, `signal_id`, `source`, `item`, `factor`, `encounter_id`,
        `encounter` (kind), `touchpoint`, `channel`; `is_disaster` and `is_delight` of the worst
        and the best.
    """
    recent = recent_incidents(incidents, as_of=as_of)
    counted = recent.group_by("customer_id").aggregate(scored_signals=recent.count())
    worst = _first(recent, "worst", recent.points, is_disaster=recent.is_disaster)
    best = _first(recent, "best", -recent.points, is_delight=recent.is_delight)
    joined = counted.inner_join(worst, "customer_id").inner_join(best, "customer_id")
    return joined.select(*(n for n in joined.columns if not n.endswith("_right")))


def _first(recent: ir.Table, end: str, order: ir.Value, **flags: ir.Value) -> ir.Table:
    of_customer = ibis.window(
        group_by="customer_id",
        order_by=[order, ibis.desc("signalled_at"), "source", "signal_id"],
    )
    placed = recent.mutate(place=ibis.row_number().over(of_customer), **flags)
    first = placed.filter(placed.place == 0)
    details = {f"{end}_{name}": first[name] for name in _DETAILS}
    return first.select(
        "customer_id",
        *flags,
        **{f"{end}_score": (first.points / FULL).round(6), f"{end}_on": first.signalled_on},
        **details,
    )


def extremes_figure(incidents: ir.Table, *, as_of: date) -> Figure:
    """Estimate what share of customers had a disaster, and a delight, where.

    Args:
        incidents: From `scored_incidents`, written or cached.
        as_of: First day that does not count.
    """
    rows = _sums(_placed(incidents, as_of)).to_pyarrow().to_pylist()
    estimates = [estimate for row in sorted(rows, key=_order) for estimate in _shares(row)]
    none = DISASTERS.unanswered(UNSCORED, group=dict.fromkeys(EXTREMES.groups))
    return EXTREMES.figure(
        estimates or [none], disaster_to=DISASTER_TO, delight_from=1 - DELIGHT_FROM
    )


def _placed(incidents: ir.Table, as_of: date) -> ir.Table:
    """One row per incident, window and group it falls into."""
    whole = {ALL: ibis.literal(ALL)} | {name: incidents[name] for name in DIMENSIONS}
    by_dimension = [
        incidents.select(
            *("customer_id", "weight", "is_disaster", "is_delight", "signalled_on"),
            dimension=ibis.literal(dimension),
            value=value,
        )
        for dimension, value in whole.items()
    ]
    ever = ibis.union(*by_dimension).filter(lambda t: t.value.notnull())
    recent = recent_incidents(ever, as_of=as_of).mutate(window=ibis.literal(LATELY))
    return recent.union(ever.mutate(window=ibis.literal(EVER)))


def _order(row: Mapping[str, Any]) -> tuple[bool, int, str]:
    dimensions = (ALL, *DIMENSIONS)
    return row["window"] == EVER, dimensions.index(row["dimension"]), row["value"]


def _sums(named: ir.Table) -> ir.Table:
    """One row per window and value: customers and weighted sums of who had an extreme."""
    of_each = named.aggregate(
        by=["window", "dimension", "value", "customer_id"],
        w=named.weight.sum().cast("int64") // named.count(),
        disasters=named.is_disaster.any().cast("int64"),
        delights=named.is_delight.any().cast("int64"),
    )
    w = of_each.w.cast(EXACT)
    sums = {
        f"{name}_{power}": (of_each[name] * of_w).sum()
        for name in ("disasters", "delights")
        for power, of_w in (("w", of_each.w), ("ww", w * w))
    }
    sums_by_value = of_each.aggregate(
        by=["window", "dimension", "value"],
        customers=of_each.count(),
        w=of_each.w.sum(),
        ww=(w * w).sum(),
        **sums,
    )
    return sums_by_value.filter(
        (sums_by_value.dimension == ALL) | (sums_by_value.customers >= FEWEST)
    )


def _shares(row: Mapping[str, Any]) -> Iterator[Estimate]:
    group = dict(zip(EXTREMES.groups, (row["window"], row["dimension"], row["value"]), strict=True))
    for measure in (DISASTERS, DELIGHTS):
        name = measure.name
        n, squares = row["customers"], int(row[f"{name}_ww"])
        y = int(row[f"{name}_w"])
        totals = Totals(n, n, int(row["w"]), y, int(row["ww"]), squares, squares)
        yield measure.estimated(weighted_share(totals), value="share", group=group)
