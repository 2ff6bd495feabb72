"""Figure: how much likelier customers are to churn after each kind of encounter."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.errors import TooLittleData
from outsidein.extremes.exposure import (
    AFTER_DAYS,
    Exposure,
    exposure_by_order,
    exposure_by_tenure,
    landmark,
)
from outsidein.extremes.figures import HAZARD_JUMPS, HAZARD_RATIO, JUMP
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.mantel_haenszel import Jump, rate_jump, risk_jump

DISASTER, DELIGHT = "a disaster, as customers told", "a delight, as customers told"


class KindJump(NamedTuple):
    """The jump after one kind of encounter, or why there is none.

    `jump.difference` is a chance: of churning within 90 days under contract, of never
    ordering again within the rule's silence otherwise.
    """

    kind: str
    customers: int
    jump: Jump | TooLittleData


def encounter_days(encounters: ir.Table, incidents: ir.Table) -> ir.Table:
    """List the days of each kind of encounter, and of disasters and delights.

    Args:
        encounters: One row per encounter, with `customer_id`.
        incidents: From `scored_incidents`; disasters and delights of an encounter are kinds of
            their own.

    Returns:
        One row per customer, kind and day: `customer_id`, `kind`, `on`.
    """
    of_customers = encounters.filter(encounters.customer_id.notnull())
    about_encounters = incidents.filter(incidents.encounter_id.notnull())
    parts = [
        of_customers.select("customer_id", "kind", on=of_customers.started_on),
        *(
            about_encounters.filter(flag).select(
                "customer_id", kind=ibis.literal(kind), on=about_encounters.signalled_on
            )
            for kind, flag in (
                (DISASTER, about_encounters.is_disaster),
                (DELIGHT, about_encounters.is_delight),
            )
        ),
    ]
    return ibis.union(*parts, distinct=True)


def churn_jumps(
    spells: ir.Table,
    days: ir.Table,
    kinds_by_day: ir.Table,
    *,
    silence: Silence | None,
    as_of: date,
) -> list[KindJump]:
    """Estimate the jump in churn after each kind of encounter, matched by tenure.

    Args:
        spells: From `churn.spells`.
        days: From `order_days`.
        kinds_by_day: From `encounter_days`, written or cached.
        silence: From `silence_days`; None where the rule goes by contracts.
        as_of: First day that does not count.

    Returns:
        One per kind that at least 10 customers had, the largest jump first.
    """
    exposures = (
        exposure_by_tenure(spells, kinds_by_day)
        if silence is None
        else exposure_by_order(days, kinds_by_day, silence=silence, as_of=as_of)
    )
    kinds = [
        _jump(exposure, is_timed=silence is None)
        for exposure in exposures
        if exposure.customers >= FEWEST
    ]
    return sorted(kinds, key=lambda kind: (-_size(kind.jump), kind.kind))


def _jump(exposure: Exposure, *, is_timed: bool) -> KindJump:
    try:
        jump = (rate_jump if is_timed else risk_jump)(exposure.strata)
    except TooLittleData as error:
        return KindJump(exposure.kind, exposure.customers, error)
    return KindJump(exposure.kind, exposure.customers, _within(jump) if is_timed else jump)


def _within(jump: Jump) -> Jump:
    """Turn a difference per day into one within 90 days."""
    of_days = (jump.difference, jump.difference_low, jump.difference_high)
    apart, low, high = (max(min(x * AFTER_DAYS, 1.0), -1.0) for x in of_days)
    return jump._replace(difference=apart, difference_low=low, difference_high=high)


def _size(jump: Jump | TooLittleData) -> float:
    return jump.difference if isinstance(jump, Jump) else -2.0


def hazard_figure(kinds: Iterable[KindJump], *, rule: ChurnRule, silence: Silence | None) -> Figure:
    """Publish the jump in churn after each kind of encounter.

    Args:
        kinds: From `churn_jumps`.
        rule: The project's.
        silence: From `silence_days`.
    """
    estimates = [e for kind in kinds for e in _estimates(kind)]
    nothing = JUMP.unanswered("no encounter of a customer is known",
                         group={"encounter": None})  # fmt: skip
    return HAZARD_JUMPS.figure(
        estimates or [nothing], how=_how(silence), fewest=FEWEST, rule=rule.sentence(silence)
    )


def _how(silence: Silence | None) -> str:
    if silence is None:
        return (
            f"Churn per day within {AFTER_DAYS} days after the encounter against all other "
            f"days under contract; the jump is that of the chance within {AFTER_DAYS} days."
        )
    return (
        f"Of the orders not followed by another within {landmark(silence)} days, the share after "
        f"which none came within {silence.days} days, where the encounter fell into the "
        f"{landmark(silence)} days after the order against where it did not."
    )


def _estimates(kind: KindJump) -> Iterator[Estimate]:
    group, jump = {"encounter": kind.kind}, kind.jump
    if isinstance(jump, TooLittleData):
        yield JUMP.estimate(kind.customers, why=str(jump), group=group)
        return
    n = kind.customers
    yield JUMP.estimate(n, jump.difference, jump.difference_low, jump.difference_high,
        group=group,
    )  # fmt: skip
    yield HAZARD_RATIO.estimate(n, jump.ratio, jump.low, jump.high, group=group)
