"""The strategy sheet: seven questions per segment, answered with figures or not at all."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.churn.declaration import Silence
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure
from outsidein.segments.declaration import EVERYBODY
from outsidein.strategy.allocation import allocation_answers
from outsidein.strategy.characteristics import characteristics_answers
from outsidein.strategy.churn_answers import churn_answers
from outsidein.strategy.costless_actions import costless_action_answers
from outsidein.strategy.figures import STRATEGY
from outsidein.strategy.potential import potential_answers
from outsidein.strategy.questions import Answers, StrategySheet
from outsidein.strategy.value_proposition import customisation_answers, proposition_answers
from outsidein.value.declaration import Activity, ValueSettings


def strategy_figure(
    facts: ir.Table,
    segments: ir.Table,
    canonical: Mapping[str, ir.Table],
    *,
    spells: ir.Table,
    order_days: ir.Table,
    silence: Silence | TooLittleData | None,
    survival: Figure,
    value: ValueSettings,
    activities: Mapping[str, Activity],
    as_of: date,
) -> Figure:
    """Answer the seven questions for everybody and for each segment.

    Args:
        facts: One row per customer, as in the table of customers.
        segments: One row per customer and segment.
        canonical: Canonical tables with `customer_id`.
        spells: One row per customer and spell as a customer.
        order_days: One row per customer and day with order lines.
        silence: The silence that counts as churn; None where churn goes by contracts.
        survival: The figure, whose groups are null for everybody and "segment NAME".
        value: For the horizon of what is ahead.
        activities: What encounters cost and how long they take, by kind.
        as_of: The first day not looked at.
    """
    everybody = facts.select("customer_id", segment=ibis.literal(EVERYBODY))
    members = everybody.union(segments.select("customer_id", "segment"))
    inside = facts.join(members, "customer_id")
    sheet = StrategySheet(
        facts=facts,
        members=members,
        in_segments=inside,
        canonical=canonical,
        spells=spells,
        order_days=order_days,
        silence=silence,
        survival=survival,
        value=value,
        as_of=as_of,
        activities=activities,
    )
    return STRATEGY.figure(_answers(sheet), horizon_days=value.horizon_days, as_of=as_of)


def _answers(sheet: StrategySheet) -> Answers:
    for answer in (
        characteristics_answers,
        proposition_answers,
        customisation_answers,
        potential_answers,
        allocation_answers,
        costless_action_answers,
        churn_answers,
    ):
        yield from answer(sheet)
