"""The sums that scores are estimated from, over customers, by group."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.feedback.weights import FULL, ROW_DIMENSIONS
from outsidein.figures.figure import FEWEST
from outsidein.stats.weighted import Totals

ALL = "all"
KEY = ("item", "instrument", "scale_low", "scale_high")

FAVOURABLE = {"csat": 3 / 4, "ces": 2 / 3, "repurchase": 3 / 4, "referral": 3 / 4}
"""Share of the scale from which an answer is favourable: 4 and 5 of 5, 5 to 7 of 7."""

PROMOTER_FROM, DETRACTOR_TO = 0.9, 0.6
"""Of the scale from 0 to 10: 9 and 10, and 0 to 6."""

_BY = ("dimension", "value")

VALUES = ("bottom", "top", "verdict", "points")
"""Values of an answer: 1 at an end of the scale; the instrument's verdict; points."""

Row = Mapping[str, Any]
EXACT = "decimal(19, 0)"
"""Whole numbers whose products do not overflow."""


def customer_sums(answers: ir.Table, *, by: Sequence[str] = ()) -> ir.Table:
    """Sum each customer's scored answers.

    Returns:
        One row per item, customer and combination of `by`: `answers`, `w` (weights), and
        weighted sums `bottom`, `top`, `points`, `up` (promoters, or favourable answers), `down`
        (detractors) and `verdict` (`up` less `down`).
    """
    scored = answers.filter(answers.points.notnull())
    if by:
        scored = scored.filter(*(scored[name].notnull() for name in by))
    is_nps = (scored.instrument == "nps").fill_null(False)  # noqa: FBT003
    promoter = scored.points >= round(PROMOTER_FROM * FULL)
    detractor = scored.points <= round(DETRACTOR_TO * FULL)
    favourable = ibis.cases(
        *((scored.instrument == n, scored.points >= round(s * FULL)) for n, s in FAVOURABLE.items())
    ).fill_null(False)  # noqa: FBT003
    up, down = ibis.ifelse(is_nps, promoter, favourable), is_nps & detractor

    def add(value: ir.Value) -> ir.Value:
        return (scored.weight * value).sum().cast("int64")

    rows = scored.aggregate(
        by=[*KEY, *by, "customer"],
        answers=scored.count(),
        w=scored.weight.sum().cast("int64"),
        bottom=add((scored.points == 0).cast("int64")),
        top=add((scored.points == FULL).cast("int64")),
        points=add(scored.points),
        up=add(up.cast("int64")),
        down=add(down.cast("int64")),
    )
    return rows.mutate(verdict=rows.up - rows.down)


def group_sums(sums: ir.Table, *, by: Sequence[str] = ()) -> ir.Table:
    """Sum customers' sums and products; customers with equal sums are counted first.

    Returns:
        One row per item and combination of `by`.
    """
    columns = ("answers", "w", *VALUES, "up", "down")
    alike = sums.aggregate(by=[*KEY, *by, *columns], customers=sums.count())
    n, w = alike.customers, alike.w.cast(EXACT)
    products: dict[str, ir.Value] = {}
    for name in VALUES:
        y, of_all = alike[name].cast(EXACT), (n * alike[name]).cast(EXACT)
        products |= {f"{name}_wy": (w * of_all).sum(), f"{name}_yy": (y * of_all).sum()}
    return alike.aggregate(
        by=[*KEY, *by],
        customers=n.sum().cast("int64"),
        ww=(w * (n * alike.w).cast(EXACT)).sum(),
        **{name: (n * alike[name]).sum() for name in columns},
        **products,
    )


def totals_by_dimension(answers: ir.Table, groups: ir.Table) -> list[dict[str, Any]]:
    """Sum all answers by item, dimension and group.

    Args:
        answers: From `weights.with_recent`; written or cached, as it is read several times.
        groups: One row per customer and group: `customer_id`, `dimension`, `value`.

    Returns:
        One dictionary per item, dimension and value, in order; the dimension "all" first.
    """
    sums = customer_sums(_by_dimension(answers), by=_BY).cache()
    whole = sums.filter(sums.dimension == ALL).drop(*_BY)
    own = whole.inner_join(groups, whole.customer == groups.customer_id)
    sums = group_sums(sums.union(own.select(*sums.columns)), by=_BY)
    everything = sums.filter((sums.dimension == ALL) | (sums.customers >= FEWEST))
    rows: list[dict[str, Any]] = everything.to_pyarrow().to_pylist()
    order = {ALL: 0} | {name: i + 1 for i, name in enumerate(ROW_DIMENSIONS)}
    return sorted(
        rows,
        key=lambda r: (
            r["item"], r["scale_low"], r["scale_high"],
            order.get(r["dimension"], len(order)), r["dimension"], r["value"],
        ),
    )  # fmt: skip


def _by_dimension(answers: ir.Table) -> ir.Table:
    """One row per answer and dimension."""
    of_each = {ALL: ibis.literal(ALL)} | {name: answers[name] for name in ROW_DIMENSIONS}
    columns = (*KEY, "customer", "weight", "points")
    return ibis.union(
        *(
            answers.select(*columns, dimension=ibis.literal(name), value=value)
            for name, value in of_each.items()
        )
    )


def totals(row: Row, value: str) -> Totals:
    """Return the sums of one value in a row.

    Args:
        row: From `totals_by_dimension`.
        value: One of `VALUES`.
    """
    return Totals(
        row["customers"],
        int(row["answers"]),
        int(row["w"]),
        int(row[value]),
        int(row["ww"]),
        int(row[f"{value}_wy"]),
        int(row[f"{value}_yy"]),
    )
