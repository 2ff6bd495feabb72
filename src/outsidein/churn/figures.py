"""All figures about churn, from the tables they rest on."""

from collections.abc import Iterator
from datetime import date

import ibis.expr.types as ir

from outsidein.churn.cohorts import repurchase, retention_cohorts
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.grid import described
from outsidein.churn.reasons import churn_money, churn_reasons
from outsidein.churn.sensitivity import churn_sensitivity
from outsidein.churn.survival import churn_hazard, survival
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure, Unit, too_little


def churn_figures(
    days: ir.Table,
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: ChurnRule,
    silence: Silence | None,
    as_of: date,
) -> Iterator[Figure]:
    """Yield every figure but those about predictions.

    Args:
        days: From `order_days`; read several times, so best written or cached.
        spells: From `spells`; likewise.
        groups: One row per customer and tier or segment: `customer_id`, `group`.
        rule: The project's.
        silence: From `silence_days`.
        as_of: First day that does not count.
    """
    yield survival(spells, groups=groups, rule=rule, silence=silence)
    yield churn_hazard(spells, groups=groups, rule=rule, silence=silence)
    yield churn_reasons(spells, rule=rule, silence=silence)
    yield churn_money(spells, groups=groups, rule=rule, silence=silence, as_of=as_of)
    yield churn_sensitivity(days, rule=rule, silence=silence, as_of=as_of)
    yield retention_cohorts(days, as_of=as_of)
    yield repurchase(days, as_of=as_of)


UNMEASURED = {
    "survival": ("How long customers stay", "survival"),
    "churn_hazard": ("When customers churn", "hazard"),
    "churn_reasons": ("Why customers churn", "incidence"),
    "churn_money": ("What those who churned brought", "revenue_per_month_lost"),
    "churn_sensitivity": ("What another silence would say", "churned"),
    "prediction_quality": ("How well churn and repurchase are predicted", "skill"),
    "prediction_calibration": ("What came true of what was predicted", "observed"),
}
"""Figures that need the rule, where the silence could not be measured: titles and measures."""


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
    for name, (title, measure) in UNMEASURED.items():
        estimate = too_little(measure, Unit.SHARE, why)
        yield Figure(name, title, described(rule, None, "Not measured."), (), (estimate,))
    yield retention_cohorts(days, as_of=as_of)
    yield repurchase(days, as_of=as_of)
