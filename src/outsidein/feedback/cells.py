"""Customers asked, in cells of similar ones, with sums of their answers."""

import ibis.expr.types as ir

from outsidein.feedback.totals import EXACT, customer_sums
from outsidein.feedback.weights import FULL

OF_ITEM = ("survey", "item", "instrument", "scale_low", "scale_high")


def cell_sums(asked: ir.Table, answers: ir.Table, cells: ir.Table) -> ir.Table:
    """Sum customers asked and their answers by cell; each customer counts once.

    Args:
        asked: From `asked_customers`.
        answers: From `weights.answers`.
        cells: One row per customer: `customer_id`, `cell`.

    Returns:
        One row per survey, item answered and cell (with the channel of asking): `asked`,
        `asked_weight`, `answered`, `w`, `ww`, and of the `verdict`, the `points` and `bottom`
        (all of `FULL`) the weighted sums `..._1` and of squares `..._2`.
    """
    with_cell = asked.left_join(cells, "customer_id").drop("customer_id_right")
    with_cell = with_cell.mutate(
        cell=with_cell.cell.fill_null("") + "/" + with_cell.channel.fill_null("")
    )
    frame = with_cell.aggregate(
        by=["survey", "cell"], asked=with_cell.count(), asked_weight=with_cell.weight.sum()
    )
    answered = _answer_sums(_means(with_cell, answers))
    items = answered.select(*OF_ITEM).distinct()
    grid = frame.inner_join(items, "survey")
    joined = grid.left_join(answered, [*OF_ITEM, "cell"])
    sums = [name for name in answered.columns if name not in (*OF_ITEM, "cell")]
    return joined.select(*grid.columns, **{name: joined[name].fill_null(0) for name in sums})


def _means(with_cell: ir.Table, answers: ir.Table) -> ir.Table:
    """One row per customer, survey and item: the mean verdict, points and lowest answers."""
    by_customer = customer_sums(answers, by=["invitation"])
    who = with_cell.select("survey", "cell", "weight", "source", "invitation_id", "customer_id")
    joined = by_customer.inner_join(
        who,
        [
            by_customer.customer == who.customer_id,
            by_customer.invitation == who.source + ":" + who.invitation_id,
        ],
    )
    return joined.mutate(
        verdict=(joined.verdict * FULL / joined.w).round().cast("int64"),
        points=(joined.points / joined.w).round().cast("int64"),
        bottom=(joined.bottom * FULL / joined.w).round().cast("int64"),
    )


def _answer_sums(each: ir.Table) -> ir.Table:
    w = each.weight.cast(EXACT)
    sums: dict[str, ir.Value] = {}
    for name in ("verdict", "points", "bottom"):
        y = each[name]
        sums |= {f"{name}_1": (w * y).sum(), f"{name}_2": (w * (y * y)).sum()}
    return each.aggregate(
        by=[*OF_ITEM, "cell"], answered=each.count(), w=w.sum(), ww=(w * w).sum(), **sums
    )
