"""Everyone asked, in cells of customers who are alike, with the sums of what was answered."""

import ibis.expr.types as ir

from outsidein.feedback.totals import EXACT, customer_sums
from outsidein.feedback.weights import FULL

OF_ITEM = ("survey", "item", "instrument", "scale_low", "scale_high")


def cell_sums(asked: ir.Table, answers: ir.Table, cells: ir.Table) -> ir.Table:
    """Add up who was asked and what they said; each customer counts once.

    Args:
        asked: From `asked.asked`.
        answers: From `weights.answers`.
        cells: One row per customer: `customer_id`, `cell`.

    Returns:
        One row per survey, item answered and cell (with the channel of asking): `asked`,
        `asked_weight`, `answered`, `w`, `ww`, and of the `verdict` and the `points` (of `FULL`)
        the weighted sums `..._1` and of squares `..._2`.
    """
    placed = asked.left_join(cells, "customer_id").drop("customer_id_right")
    placed = placed.mutate(cell=placed.cell.fill_null("") + "/" + placed.channel.fill_null(""))
    frame = placed.aggregate(
        by=["survey", "cell"], asked=placed.count(), asked_weight=placed.weight.sum()
    )
    heard = _heard(_means(placed, answers))
    items = heard.select(*OF_ITEM).distinct()
    grid = frame.inner_join(items, "survey")
    joined = grid.left_join(heard, [*OF_ITEM, "cell"])
    sums = [name for name in heard.columns if name not in (*OF_ITEM, "cell")]
    return joined.select(*grid.columns, **{name: joined[name].fill_null(0) for name in sums})


def _means(placed: ir.Table, answers: ir.Table) -> ir.Table:
    """One row per customer, survey and item: the mean verdict and points of the last response."""
    answered = customer_sums(answers, by=["invitation"])
    who = placed.select("survey", "cell", "weight", "source", "invitation_id", "customer_id")
    joined = answered.inner_join(
        who,
        [
            answered.customer == who.customer_id,
            answered.invitation == who.source + ":" + who.invitation_id,
        ],
    )
    return joined.mutate(
        verdict=(joined.verdict * FULL / joined.w).round().cast("int64"),
        points=(joined.points / joined.w).round().cast("int64"),
    )


def _heard(each: ir.Table) -> ir.Table:
    w = each.weight.cast(EXACT)
    sums: dict[str, ir.Value] = {}
    for name in ("verdict", "points"):
        y = each[name]
        sums |= {f"{name}_1": (w * y).sum(), f"{name}_2": (w * (y * y)).sum()}
    return each.aggregate(
        by=[*OF_ITEM, "cell"], answered=each.count(), w=w.sum(), ww=(w * w).sum(), **sums
    )
