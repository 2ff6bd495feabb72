"""How much time and money can we allocate?"""

from outsidein.figures.figure import Estimate, Unit, counted
from outsidein.strategy.questions import (
    ALLOCATION,
    Answers,
    Sheet,
    average,
    group,
    moments,
    not_answerable,
    per_segment,
)


def allocation_answers(sheet: Sheet) -> Answers:
    """What is ahead per customer bounds what may be spent; what is spent now, in money and time."""
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
    seconds = _seconds(sheet)
    for segment, row in sorted(rows.items()):
        of = group(segment, ALLOCATION)
        if row["value_n"]:
            yield Estimate(
                f"expected value of the next {sheet.value.horizon_days} days, all customers",
                Unit.MONEY,
                row["value_n"],
                row["ahead"],
                row["ahead_low"],
                row["ahead_high"],
                None if row["ahead_low"] is not None else "the model has no interval",
                of,
            )
            ceiling = "expected value per customer: the most that may be spent"
            yield average(ceiling, Unit.MONEY, row, "value", of=of)
        else:
            yield from not_answerable(
                [segment],
                ALLOCATION,
                "money",
                needs="orders or contracts enough for lifetime value",
            )
        yield average("cost to serve per customer so far", Unit.MONEY, row, "serve", of=of)
        yield from _hours(segment, seconds)


def _seconds(sheet: Sheet) -> dict[str, dict[str, int]]:
    encounters = sheet.canonical["encounters"]
    timed = encounters.filter(encounters.duration_seconds.notnull())
    joined = timed.join(sheet.members, "customer_id")
    return per_segment(
        joined.group_by("segment").aggregate(
            seconds=joined.duration_seconds.sum(), n=joined.customer_id.nunique()
        )
    )


def _hours(segment: str, seconds: dict[str, dict[str, int]]) -> Answers:
    row = seconds.get(segment)
    if row is None:
        yield from not_answerable(
            [segment], ALLOCATION, "time", needs="how long encounters took (duration_seconds)"
        )
        return
    hours, of = int(row["seconds"]) / 3600, group(segment, ALLOCATION)
    yield counted(
        "hours spent with these customers so far", Unit.NUMBER, hours, n=row["n"], group=of
    )
