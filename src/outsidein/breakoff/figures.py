"""All figures about break-off, from the tables they rest on."""

from collections.abc import Iterator
from datetime import date

import ibis.expr.types as ir

from outsidein.breakoff.cohorts import repurchase, retention_cohorts
from outsidein.breakoff.declaration import BreakoffRule, Silence
from outsidein.breakoff.grid import described
from outsidein.breakoff.reasons import breakoff_money, breakoff_reasons
from outsidein.breakoff.sensitivity import breakoff_sensitivity
from outsidein.breakoff.survival import breakoff_hazard, survival
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure, Unit, too_little


def breakoff_figures(
    days: ir.Table,
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: BreakoffRule,
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
    yield breakoff_hazard(spells, groups=groups, rule=rule, silence=silence)
    yield breakoff_reasons(spells, rule=rule, silence=silence)
    yield breakoff_money(spells, groups=groups, rule=rule, silence=silence, as_of=as_of)
    yield breakoff_sensitivity(days, rule=rule, silence=silence, as_of=as_of)
    yield retention_cohorts(days, as_of=as_of)
    yield repurchase(days, as_of=as_of)


UNMEASURED = {
    "survival": ("How long customers stay", "survival"),
    "breakoff_hazard": ("When customers break off", "hazard"),
    "breakoff_reasons": ("Why customers break off", "incidence"),
    "breakoff_money": ("What those who broke off brought", "revenue_per_month_lost"),
    "breakoff_sensitivity": ("What another silence would say", "broken_off"),
    "prediction_quality": ("How well break-off and repurchase are predicted", "skill"),
    "prediction_calibration": ("What came true of what was predicted", "observed"),
}
"""Figures that need the rule, where the silence could not be measured: titles and measures."""


def unmeasured_figures(
    days: ir.Table, *, rule: BreakoffRule, why: TooLittleData, as_of: date
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
