"""Former customers stand beside the ladder, not on it."""

import ibis
import ibis.expr.types as ir

from outsidein.ladder.declaration import STAGES
from outsidein.ladder.features import day_number
from outsidein.ladder.tables import FORMER_STEP

CODES = len(STAGES) + 2
"""Steps and the two places beside them, each with a code of its own."""


def without_former(spells: ir.Table, churn: ir.Table) -> ir.Table:
    """Take customers off the ladder from the day they churned until they are customers again.

    Args:
        spells: From `ladder_spells`.
        churn: One row per customer and spell as one: `customer_id`, `started_on`, `churned_on`.

    Returns:
        The rows of `spells`, cut where a customer left or came back; between the two the `stage`
        is null and the `step` that of former customers.
    """
    placed = (
        ibis.union(_stays(spells), _departures(churn))
        .group_by("customer_id", "on")
        .aggregate(code=ibis._.code.max(), former=ibis._.former.max())
    )
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="on")
    with_stage = placed.mutate(
        step=placed.code.max().over(so_far) % CODES - 2,
        is_former=placed.former.max().over(so_far) % 2,
    ).filter(lambda t: t.step.notnull())
    step = ibis.ifelse(with_stage.is_former.fill_null(0) == 1, FORMER_STEP, with_stage.step).cast(
        "int64"
    )
    return _joined(with_stage.select("customer_id", "on", step=step))


def _stays(spells: ir.Table) -> ir.Table:
    """The step of each day on which it changes, in a number that grows with the days."""
    return spells.select(
        "customer_id",
        on="from_on",
        code=day_number(spells.from_on) * CODES + spells.step + 2,
        former=ibis.null("int64"),
    )


def _departures(churn: ir.Table) -> ir.Table:
    """The days on which customers churned and came back; to come back counts on the same day."""
    left = churn.filter(churn.churned_on.notnull())
    days = ibis.union(
        left.select("customer_id", on="churned_on", is_former=ibis.literal(1, "int64")),
        churn.select("customer_id", on="started_on", is_former=ibis.literal(0, "int64")),
    )
    each = days.group_by("customer_id", "on").aggregate(is_former=days.is_former.min())
    return each.select(
        "customer_id",
        "on",
        code=ibis.null("int64"),
        former=day_number(each.on) * 2 + each.is_former,
    )


def _joined(steps: ir.Table) -> ir.Table:
    """Join days in a row on one step into a stay."""
    in_a_row = ibis.window(group_by="customer_id", order_by="on")
    changes = steps.mutate(previous=steps.step.lag().over(in_a_row))
    starts = changes.filter(changes.previous.isnull() | (changes.previous != changes.step))
    stage = ibis.cases(
        *((starts.step == number, name) for number, name in enumerate(STAGES)),
        else_=ibis.null().cast("string"),
    )
    ends = starts.on.lead().over(in_a_row)
    return starts.select("customer_id", stage=stage, step="step", from_on="on", to_on=ends)
