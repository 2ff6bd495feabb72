"""What can be allocated, what costs nothing, and when and why customers churn."""

from dataclasses import replace

import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Figure, Unit, counted, unanswered
from outsidein.segments.memberships import EVERYBODY
from outsidein.segments.questions import (
    ALLOCATION,
    FEWEST,
    FREE,
    LEAVING,
    Answers,
    Sheet,
    average,
    group,
    moments,
    not_answerable,
    per_segment,
    share,
)

LIKELY = 0.5
"""A customer is expected to churn above this probability."""

SHOWN_MONTHS = (3, 12)
MOST_REASONS = 3


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


def free_answers(sheet: Sheet) -> Answers:
    """Whom to speak to first, which failures to stop, which messages to leave unsent."""
    inside = sheet.in_segments
    at_risk = (inside.churn_probability > LIKELY) & (inside.value > 0)
    rows = per_segment(
        inside.group_by("segment").aggregate(
            predicted=inside.churn_probability.count(),
            at_risk=at_risk.fill_null(False).cast("int64").sum(),  # noqa: FBT003
            at_stake=inside.value.sum(where=at_risk).cast("int64"),
            failed=(inside.failure_cost > 0).cast("int64").sum(),
            failure_cost=inside.failure_cost.sum().cast("int64"),
        )
    )
    unanswered_messages = _unanswered_messages(sheet)
    for segment, row in sorted(rows.items()):
        of = group(segment, FREE)
        if row["predicted"]:
            yield counted(
                "speak first to those expected to churn",
                Unit.CUSTOMERS,
                row["at_risk"],
                n=row["at_risk"],
                group=of,
            )
            yield counted(
                "expected value they carry",
                Unit.MONEY,
                row["at_stake"] or 0,
                n=row["at_risk"],
                group=of,
            )
        else:
            yield from not_answerable([segment], FREE, "whom to speak to", needs="a prediction")
        yield counted(
            "stop own failures: cost so far",
            Unit.MONEY,
            row["failure_cost"] or 0,
            n=row["failed"],
            group=of,
        )
        yield _messages(unanswered_messages.get(segment), of)


def _unanswered_messages(sheet: Sheet) -> dict[str, dict[str, int]]:
    messages, outcomes = sheet.canonical["messages"], sheet.canonical["message_outcomes"]
    answered = outcomes.filter(outcomes.outcome == "answered")
    with_answer = messages.semi_join(answered, ["source", "message_id"])
    never = messages.anti_join(with_answer.filter(with_answer.customer_id.notnull()), "customer_id")
    joined = never.join(sheet.members, "customer_id")
    return per_segment(
        joined.group_by("segment").aggregate(n=joined.customer_id.nunique(), sent=joined.count())
    )


def _messages(row: dict[str, int] | None, of: dict[str, str]) -> Estimate:
    measure = "stop messages to those who never answered one"
    if row is None:
        why = "not answerable: needs messages and what became of them"
        return unanswered(measure, Unit.NUMBER, why, group=of)
    return counted(measure, Unit.NUMBER, row["sent"], n=row["n"], group=of)


def leaving_answers(sheet: Sheet) -> Answers:
    """How many have churned, how soon, for which reasons, and what they brought a month."""
    inside = sheet.in_segments.filter(sheet.in_segments.is_churned.notnull())
    gone = inside.is_churned
    rows = per_segment(
        inside.group_by("segment").aggregate(
            n=inside.count(),
            gone=gone.cast("int64").sum(),
            **moments(gone.ifelse(inside.revenue_per_month, None), "lost"),
        )
    )
    reasons = _reasons(inside)
    for segment in sheet.names():
        row, of = rows.get(segment), group(segment, LEAVING)
        if row is None or row["n"] < FEWEST:
            yield from not_answerable(
                [segment], LEAVING, "churn", needs="10 customers who ever bought"
            )
            continue
        yield share("churned by today", row["gone"], row["n"], of=of)
        yield from _from_survival(sheet.survival, segment, of)
        for reason, n in reasons.get(segment, [])[:MOST_REASONS]:
            yield share(f"reason: {reason}", n, row["gone"], of=of)
        yield average("revenue a month of those who churned", Unit.MONEY, row, "lost", of=of)


def _from_survival(survival: Figure, segment: str, of: dict[str, str]) -> Answers:
    """Repeat what the survival figure says of the segment, so that no page contradicts another."""
    name = None if segment == EVERYBODY else f"segment {segment}"
    for e in survival.estimates:
        if e.group.get("group") != name:
            continue
        if e.measure == "survival" and e.group.get("month") in SHOWN_MONTHS:
            yield replace(e, measure=f"still a customer after {e.group['month']} months", group=of)
        elif e.measure == "median":
            yield replace(e, measure="half have churned after", group=of)


def _reasons(inside: ir.Table) -> dict[str, list[tuple[str, int]]]:
    gone = inside.filter(inside.is_churned)
    counts = gone.group_by("segment", "reason").aggregate(n=gone.count())
    found: dict[str, list[tuple[str, int]]] = {}
    for row in counts.to_pyarrow().to_pylist():
        found.setdefault(row["segment"], []).append((row["reason"] or "unknown", row["n"]))
    return {s: sorted(reasons, key=lambda r: (-r[1], r[0])) for s, reasons in found.items()}
