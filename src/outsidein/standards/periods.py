"""Counts of a standard by period and by unit, for its charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import FEWEST
from outsidein.standards.declaration import Standard
from outsidein.standards.targets import InForce

SHOWN = 120
"""Periods a chart shows and rests on, at most."""

LEAST_SIZE = 0.1
"""Part of the usual encounters of a period that it needs to be charted."""

FUNNEL_DAYS = 365

_CUT = {"day": "D", "week": "W", "month": "M"}


@dataclass(frozen=True, slots=True)
class Count:
    """One period, or one unit.

    Attributes:
        name: First day of the period, or name of the unit.
        encounters: That the standard holds for (count).
        missed: That missed it, or events counted (count).
        customers: Known customers among them (count).
        middle: Median of the measure; None where there is none.
    """

    name: str
    encounters: int
    missed: int
    customers: int
    middle: float | None


def judged_by_target(judged: ir.Table, standard: Standard, targets: Sequence[InForce]) -> ir.Table:
    """Return encounters flagged by whether they missed the target in force on their day.

    Encounters before the first target are left out: nothing was promised yet. So are those for
    which the data show no target.

    Returns:
        The columns of `judged`, `is_missed` never null.
    """
    since = min((target.since for target in targets), default=None)
    promised = judged.filter(
        judged.started_on >= since if since else ibis.literal(False)  # noqa: FBT003  the Ibis way
    )
    if standard.measure is None:
        missed: ir.Value = promised.is_missed.fill_null(False)  # noqa: FBT003  Ibis takes a value
    else:
        value = _value_on(promised, targets)
        promised = promised.mutate(_value=value).filter(value.notnull())
        is_low = standard.better == "low"
        missed = (
            promised.measure > promised._value  # noqa: SLF001  a column of ours
            if is_low
            else promised.measure < promised._value  # noqa: SLF001  a column of ours
        )
        if standard.ends_with_disaster:
            missed = missed | promised.is_disaster
    return promised.mutate(is_missed=missed).select(*judged.columns)


def period_counts(
    judged: ir.Table, standard: Standard, events: ir.Table | None, *, as_of: date
) -> list[Count]:
    """Count the complete periods of a standard, the oldest first.

    Args:
        judged: From `judged_by_target`.
        standard: The declaration.
        events: From `counted_events`, for a standard with a `count`.
        as_of: First day that does not count; the period it lies in is not complete.

    Returns:
        The last 120 periods with encounters, those with fewer than 10 known customers, or
        a tenth of the usual encounters, left out;
        more where `limits_until` lies before them.
    """
    cut = _CUT[standard.period]
    cut_off = _start(as_of, standard.period)
    complete = judged.filter(judged.started_on < cut_off)
    days = complete.mutate(name=complete.started_on.truncate(cut).cast("date"))
    rows = _counted(days)
    counts = _of_usual_size([row for row in rows if not 0 < row.customers < FEWEST])
    if events is not None:
        dated = events.mutate(name=events.started_on.truncate(cut).cast("date"))
        counts = _with_events(counts, dated)
    return counts[_first_shown(counts, standard) :]


def _of_usual_size(counts: list[Count]) -> list[Count]:
    """Leave out periods of so few encounters that their limits would dwarf all others."""
    usual = median(count.encounters for count in counts) if counts else 0
    return [count for count in counts if count.encounters >= LEAST_SIZE * usual]


def unit_counts(judged: ir.Table, *, as_of: date) -> list[Count]:
    """Count the units of a standard over the last year, by name."""
    since = as_of - timedelta(days=FUNNEL_DAYS)
    named = judged.filter(
        judged.unit.notnull(), judged.started_on >= since, judged.started_on < as_of
    )
    return _counted(named.mutate(name=named.unit))


def _counted(named: ir.Table) -> list[Count]:
    counts = named.group_by("name").aggregate(
        encounters=named.count(),
        missed=named.is_missed.cast("int64").sum().fill_null(0),
        customers=named.customer_id.nunique(),
        middle=named.measure.median(),
    )
    rows = counts.order_by("name").to_pyarrow().to_pylist()
    return [
        Count(str(r["name"]), r["encounters"], r["missed"], r["customers"], r["middle"])
        for r in rows
    ]


def _with_events(periods: list[Count], named: ir.Table) -> list[Count]:
    counts = named.group_by("name").aggregate(events=named.count()).to_pyarrow().to_pylist()
    events = {str(row["name"]): row["events"] for row in counts}
    return [
        Count(c.name, c.encounters, events.get(c.name, 0), c.customers, c.middle) for c in periods
    ]


def _value_on(judged: ir.Table, targets: Sequence[InForce]) -> ir.Value:
    latest_first = sorted(targets, key=lambda target: target.since, reverse=True)
    nothing = ibis.null("float64")
    branches = [
        (
            judged.started_on >= target.since,
            nothing if target.value is None else ibis.literal(target.value, "float64"),
        )
        for target in latest_first
    ]
    return ibis.cases(*branches, else_=nothing)


def periods_spanned(first: date, last: date, period: str) -> int:
    """Count the periods from one that begins on a day to another, both among them.

    Example:
        >>> periods_spanned(date(2024, 1, 30), date(2024, 2, 2), "day")
        4
        >>> periods_spanned(date(2023, 12, 1), date(2024, 2, 1), "month")
        3
    """
    if period == "month":
        return (last.year - first.year) * 12 + last.month - first.month + 1
    return (last - first).days // (7 if period == "week" else 1) + 1


def _start(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _first_shown(counts: Sequence[Count], standard: Standard) -> int:
    until = standard.limits_until
    if until is None:
        return max(len(counts) - SHOWN, 0)
    before = sum(date.fromisoformat(count.name) < until for count in counts)
    return max(before - SHOWN, 0)
