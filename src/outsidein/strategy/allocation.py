"""How much time and money can we allocate?"""

import ibis

from outsidein.figures.figure import Estimate
from outsidein.strategy.figures import (
    COST_TO_SERVE,
    HOURS,
    UNKNOWN_MONEY,
    UNKNOWN_TIME,
    VALUE_AHEAD,
    VALUE_PER_CUSTOMER,
)
from outsidein.strategy.questions import (
    ALLOCATION,
    Answers,
    Row,
    StrategySheet,
    average,
    group,
    moments,
    not_answerable,
    per_segment,
)


def allocation_answers(sheet: StrategySheet) -> Answers:
    """Return expected value per customer, and what is spent on customers now, in money and time."""
    inside = sheet.in_segments
    rows = per_segment(
        inside.group_by("segment").aggregate(
            ahead=inside.value.sum().cast("int64"),
            ahead_low=inside.value_low.sum().cast("int64"),
            ahead_high=inside.value_high.sum().cast("int64"),
            **moments(inside.value, "value"),
            **moments(inside.cost_to_serve, "serve"),
        )
    )
    seconds = seconds_by_segment(sheet)
    for segment, row in sorted(rows.items()):
        of = group(segment, ALLOCATION)
        if row["value_n"]:
            yield _value_ahead(row, sheet.value.horizon_days, of)
            yield average(VALUE_PER_CUSTOMER, row, "value", of=of)
        else:
            yield from not_answerable(
                [segment],
                ALLOCATION,
                UNKNOWN_MONEY,
                needs="orders or contracts enough for lifetime value",
            )
        yield average(COST_TO_SERVE, row, "serve", of=of)
        yield from _hours(segment, seconds)


def _value_ahead(row: Row, days: int, of: dict[str, str]) -> Estimate:
    why = None if row["ahead_low"] is not None else "the model has no interval"
    return VALUE_AHEAD.named(days=days).estimate(
        row["value_n"], row["ahead"], row["ahead_low"], row["ahead_high"], why=why, group=of
    )


def seconds_by_segment(sheet: StrategySheet) -> dict[str, dict[str, int]]:
    """Add up how long encounters took, as recorded or else as declared of their kind."""
    encounters = sheet.canonical["encounters"]
    minutes = [(kind, a.minutes) for kind, a in sheet.activities.items() if a.minutes is not None]
    seconds = encounters.duration_seconds.cast("float64")
    if minutes:
        declared = [(encounters.kind == kind, 60.0 * each) for kind, each in minutes]
        seconds = seconds.coalesce(ibis.cases(*declared, else_=ibis.null("float64")))
    timed = encounters.select("customer_id", seconds=seconds).filter(lambda t: t.seconds.notnull())
    joined = timed.join(sheet.members, "customer_id")
    return per_segment(
        joined.group_by("segment").aggregate(
            seconds=joined.seconds.round().cast("int64").sum(), n=joined.customer_id.nunique()
        )
    )


def _hours(segment: str, seconds: dict[str, dict[str, int]]) -> Answers:
    row = seconds.get(segment)
    if row is None:
        yield from not_answerable(
            [segment],
            ALLOCATION,
            UNKNOWN_TIME,
            needs="how long encounters took (duration_seconds, or minutes of [activity.KIND])",
        )
        return
    hours, of = int(row["seconds"]) / 3600, group(segment, ALLOCATION)
    yield HOURS.counted(hours, n=row["n"], group=of)
