"""Figure: how much likelier customers are to churn after each kind of encounter."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.errors import TooLittleData
from outsidein.extremes.exposure import (
    AFTER_DAYS,
    LAG_DAYS,
    Exposure,
    exposure_by_order,
    exposure_by_tenure,
    lag_days,
    landmark,
)
from outsidein.extremes.figures import HAZARD_JUMPS, HAZARD_RATIO, JUMP, RETURN_RATIO
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.mantel_haenszel import Jump, JumpStratum, rate_jump, risk_jump

ALPHA = 0.05
"""Chance of any kind that seems to matter where none does."""

PART_OF_LEAVING = "declared to be part of leaving: no reason for it"

DISASTER, DELIGHT = "a disaster, as customers told", "a delight, as customers told"


class KindJump(NamedTuple):
    """The jump after one kind of encounter, or why there is none.

    `jump.difference` is a chance: of churning 30 to 90 days after it under contract (from its day
    on, where only the company begins such encounters), of ordering nothing within the rule's
    silence otherwise. `returns` compares those who order again.
    """

    kind: str
    customers: int
    jump: Jump | str
    returns: Jump | None = None


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


def begun_by_company(encounters: ir.Table) -> frozenset[str]:
    """Return the kinds of encounters that only the company begins: nobody has one to leave.

    Args:
        encounters: One row per encounter: `kind`, `initiator`.
    """
    by_company = (encounters.initiator == "company").fill_null(False)  # noqa: FBT003
    kinds = encounters.group_by("kind").aggregate(always=by_company.all())
    return frozenset(kinds.filter(kinds.always).to_pyarrow()["kind"].to_pylist())


def churn_jumps(
    spells: ir.Table,
    days: ir.Table,
    kinds_by_day: ir.Table,
    *,
    silence: Silence | None,
    as_of: date,
    leaving: Collection[str] = (),
    at_once: Collection[str] = (),
) -> list[KindJump]:
    """Estimate the jump in churn after each kind of encounter, matched by tenure.

    The intervals hold for all kinds together (Bonferroni's): of firms in which no encounter
    matters, one in twenty at most shows any kind that seems to.

    Args:
        spells: From `churn.spells`.
        days: From `order_days`.
        kinds_by_day: From `encounter_days`, written or cached.
        silence: From `silence_days`; None where the rule goes by contracts.
        as_of: First day that does not count.
        leaving: Kinds declared to be part of leaving, which have no jump.
        at_once: Kinds of which, under contract, the first days count too.

    Returns:
        One per kind that at least 10 customers had, the largest jump first.
    """
    exposures = (
        exposure_by_tenure(spells, kinds_by_day, at_once=at_once)
        if silence is None
        else exposure_by_order(days, kinds_by_day, silence=silence, as_of=as_of)
    )
    enough = [exposure for exposure in exposures if exposure.customers >= FEWEST]
    compared = [exposure for exposure in enough if exposure.kind not in leaving]
    confidence = 1 - ALPHA / max(len(compared), 1)
    jumps = [
        _timed_jump(each, lag=lag_days(each.kind, at_once), confidence=confidence)
        if silence is None
        else _order_jump(each, confidence=confidence)
        for each in compared
    ]
    jumps += [
        KindJump(each.kind, each.customers, PART_OF_LEAVING)
        for each in enough
        if each.kind in leaving
    ]
    return sorted(jumps, key=lambda kind: (-_size(kind.jump), kind.kind))


def _timed_jump(exposure: Exposure, *, lag: int, confidence: float) -> KindJump:
    try:
        jump = rate_jump(exposure.strata, confidence=confidence)
    except TooLittleData as error:
        return KindJump(exposure.kind, exposure.customers, str(error))
    return KindJump(exposure.kind, exposure.customers, _within(jump, AFTER_DAYS - lag))


def _order_jump(exposure: Exposure, *, confidence: float) -> KindJump:
    strata = exposure.strata
    try:
        jump = risk_jump(strata, confidence=confidence)
    except TooLittleData as error:
        return KindJump(exposure.kind, exposure.customers, str(error))
    try:
        returns = risk_jump([_returning(stratum) for stratum in strata], confidence=confidence)
    except TooLittleData as error:  # so few that the interval of the jump is far from normal too
        why = f"{error.n} orders after the encounter, or without it, were followed by another"
        return KindJump(exposure.kind, exposure.customers, f"{why}: {error.needed} are needed")
    return KindJump(exposure.kind, exposure.customers, jump, returns)


def _returning(s: JumpStratum) -> JumpStratum:
    """Count those who order again in place of those who do not."""
    back, others = int(s.trials - s.events), int(s.other_trials - s.other_events)
    return JumpStratum(back, s.trials, others, s.other_trials)


def _within(jump: Jump, days: int) -> Jump:
    """Turn a difference per day into one over the days that count."""
    of_days = (jump.difference, jump.difference_low, jump.difference_high)
    apart, low, high = (max(min(x * days, 1.0), -1.0) for x in of_days)
    return jump._replace(difference=apart, difference_low=low, difference_high=high)


def _size(jump: Jump | str) -> float:
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
            f"Churn per day {LAG_DAYS} to {AFTER_DAYS} days after the encounter against all other "
            f"days under contract; the jump is that of the chance in those days. The first "
            f"{LAG_DAYS} days count on neither side, for who is leaving calls before the end; but "
            "they count after encounters that only the company begins and that are declared as "
            "its failures."
        )
    return (
        f"Of the orders not followed by another within {landmark(silence)} days, the share after "
        f"which none came within {silence.days} days, where the encounter fell into the "
        f"{landmark(silence)} days after the order against where it did not."
    )


def _estimates(kind: KindJump) -> Iterator[Estimate]:
    group, jump, n = {"encounter": kind.kind}, kind.jump, kind.customers
    if isinstance(jump, str):
        yield JUMP.estimate(n, why=jump, group=group)
        return
    interval = (jump.difference, jump.difference_low, jump.difference_high)
    yield JUMP.estimate(n, *interval, group=group)
    yield HAZARD_RATIO.estimate(n, jump.ratio, jump.low, jump.high, group=group)
    if back := kind.returns:
        yield RETURN_RATIO.estimate(n, back.ratio, back.low, back.high, group=group)
