"""All figures about churn, from the tables they rest on."""

from collections.abc import Iterator
from datetime import date

import ibis.expr.types as ir

from outsidein.canonical.observation import FROM_THE_START, ObservationStart
from outsidein.churn.cohorts import repurchase, retention_cohorts
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_MONEY,
    CHURN_REASONS,
    CHURN_RULE,
    CHURN_SENSITIVITY,
    CHURNED,
    HAZARD,
    INCIDENCE,
    OBSERVED,
    PREDICTION_CALIBRATION,
    PREDICTION_QUALITY,
    REVENUE_PER_MONTH_LOST,
    SHARE_LEFT,
    SHARE_STILL_CUSTOMERS,
    SKILL,
    SURVIVAL,
)
from outsidein.churn.grid import rule_sentence
from outsidein.churn.reasons import LAST_DAYS, churn_money, churn_reasons
from outsidein.churn.rule_check import MOST_WON_BACK, churn_rule
from outsidein.churn.sensitivity import churn_sensitivity
from outsidein.churn.survival import churn_hazard, survival
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure


def churn_figures(
    days: ir.Table,
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: ChurnRule,
    silence: Silence | None,
    as_of: date,
    observation: ObservationStart = FROM_THE_START,
) -> Iterator[Figure]:
    """Yield every figure but those about predictions.

    Args:
        days: From `order_days`; read several times, so best written or cached.
        spells: From `spells`; likewise.
        groups: One row per customer and tier or segment: `customer_id`, `group`.
        rule: The project's.
        silence: From `silence_days`.
        as_of: First day that does not count.
        observation: Since when the sources are complete.
    """
    yield churn_rule(days, spells, groups=groups, rule=rule, silence=silence, as_of=as_of)
    yield survival(spells, groups=groups, rule=rule, silence=silence, observation=observation)
    yield churn_hazard(spells, groups=groups, rule=rule, silence=silence, observation=observation)
    yield churn_reasons(spells, rule=rule, silence=silence, observation=observation)
    yield churn_money(spells, groups=groups, rule=rule, silence=silence, as_of=as_of)
    yield churn_sensitivity(days, rule=rule, silence=silence, as_of=as_of)
    yield retention_cohorts(days, as_of=as_of)
    yield repurchase(days, as_of=as_of)


UNMEASURED = (
    (CHURN_RULE, SHARE_LEFT),
    (SURVIVAL, SHARE_STILL_CUSTOMERS),
    (CHURN_HAZARD, HAZARD),
    (CHURN_REASONS, INCIDENCE),
    (CHURN_MONEY, REVENUE_PER_MONTH_LOST),
    (CHURN_SENSITIVITY, CHURNED),
    (PREDICTION_QUALITY, SKILL),
    (PREDICTION_CALIBRATION, OBSERVED),
)
"""Figures that need the rule, where the silence could not be measured, with one measure each."""


def unmeasured_figures(
    days: ir.Table, *, rule: ChurnRule, why: TooLittleData, as_of: date
) -> Iterator[Figure]:
    """Yield every figure where `silence_days` found too few gaps, with the reason in it.

    Args:
        days: From `order_days`.
        rule: The project's.
        why: What `silence_days` raised.
        as_of: First day that does not count.
    """
    fields = {
        "last_days": LAST_DAYS,
        "as_of": as_of,
        "recency": "recency",
        "outcomes": "",
        "choices": "",
        "start": "",
        "most": MOST_WON_BACK,
        "rule": rule_sentence(rule, None),
    }
    for spec, measure in UNMEASURED:
        yield spec.figure([measure.too_little(why)], **fields)
    yield retention_cohorts(days, as_of=as_of)
    yield repurchase(days, as_of=as_of)
