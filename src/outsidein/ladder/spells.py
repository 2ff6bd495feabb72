"""The stays of each customer on each stage."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.ladder.declaration import STAGES, Ladder
from outsidein.ladder.features import daily_features
from outsidein.rules.condition import condition

NO_STAGE = -1


def ladder_spells(
    canonical: Mapping[str, ir.Table], customers: ir.Table, ladder: Ladder, *, as_of: date
) -> ir.Table:
    """List the uninterrupted stays of every customer on the steps of the ladder.

    A stay that time alone ends (a loyal customer falls silent) ends on that very day, where the
    condition compares with whole numbers, and otherwise at a month's end. A day on which no
    condition holds belongs to no stage.

    Args:
        canonical: Canonical tables with `customer_id`, and their `order_events`.
        customers: One row per customer: `customer_id`, `first_seen_on`.
        ladder: The conditions.
        as_of: The first day not looked at.

    Returns:
        One row per customer and stay: `customer_id`, `stage` (null where none), `step` (place of
        the stage in `STAGES`, -1 where none), `from_on`, `to_on` (first day no longer on it; null
        for the stay that lasts).
    """
    daily = daily_features(canonical, customers, named=ladder.features, as_of=as_of)
    steps = _step(daily, ladder)
    before = ibis.window(group_by="customer_id", order_by="on")
    changes = steps.mutate(previous=steps.step.lag().over(before))
    starts = changes.filter(changes.previous.isnull() | (changes.previous != changes.step))
    ends = starts.on.lead().over(before)
    stage = ibis.cases(
        *((starts.step == number, name) for number, name in enumerate(STAGES)),
        else_=ibis.null().cast("string"),
    )
    return starts.select("customer_id", stage=stage, step="step", from_on="on", to_on=ends)


def _step(daily: ir.Table, ladder: Ladder) -> ir.Table:
    """The highest step whose condition holds."""
    places = {stage: STAGES.index(stage) for stage in ladder.rules}
    highest_first = sorted(ladder.rules.items(), key=lambda rule: -places[rule[0]])
    branches = [(condition(rule, daily), places[stage]) for stage, rule in highest_first]
    step = ibis.cases(*branches, else_=NO_STAGE) if branches else ibis.literal(NO_STAGE)
    return daily.select("customer_id", "on", step=step.cast("int64"))
