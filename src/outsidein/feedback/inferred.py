"""Signals inferred from behaviour: abandoned, repeated, hung up, late, silence."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir

from outsidein.canonical.order_totals import not_cancelled
from outsidein.canonical.query import Query
from outsidein.feedback.behaviour import FILE, BehaviourRule
from outsidein.feedback.models import query_of

ORDER = "transaction"
"""Name of an order among the kinds of encounters that may follow."""


def inferred_signals(
    rule: BehaviourRule, encounters: ir.Table, transactions: ir.Table, *, as_of: date
) -> ir.Table:
    """Infer the signals of one rule.

    A sign is dated to the first day on which it could be observed: not coming back within the
    declared days shows when they are over. Habits and repetition are those of one record;
    records of one customer are not combined.

    Args:
        rule: As declared.
        encounters: One row per encounter.
        transactions: One row per order line.
        as_of: First day that does not count.

    Returns:
        One row per sign: columns of the canonical `signals`.
    """
    past_encounters = encounters.filter(encounters.started_on < ibis.literal(as_of))
    return _SIGNS[rule.sign](rule, past_encounters, transactions, as_of)


def behaviour_queries(
    rules: Iterable[BehaviourRule], encounters: ir.Table, transactions: ir.Table, *, as_of: date
) -> tuple[Query, ...]:
    """Write the queries that infer signals from two canonical tables."""
    return tuple(
        query_of(
            inferred_signals(rule, encounters, transactions, as_of=as_of),
            Path(FILE) / rule.name,
            ("encounters", "transactions"),
        )
        for rule in rules
    )


def _of_rule(rule: BehaviourRule, encounters: ir.Table) -> ir.Table:
    kept = encounters.filter(encounters.record_id.notnull())
    if rule.kinds:
        kept = kept.filter(kept.kind.isin(rule.kinds))
    return kept.filter(kept.channel.isin(rule.channels)) if rule.channels else kept


def _hang_up(rule: BehaviourRule, encounters: ir.Table, _: ir.Table, __: date) -> ir.Table:
    kept = _of_rule(rule, encounters)
    return _signs(rule, kept.filter(kept.outcome.isin(rule.outcomes)), at=lambda t: t.started_at)


def _late(rule: BehaviourRule, encounters: ir.Table, _: ir.Table, as_of: date) -> ir.Table:
    promised = _of_rule(rule, encounters).filter(lambda t: t.promised_at.notnull())
    due = promised.promised_at.cast("date")
    days = promised.actual_at.cast("date").delta(due, unit="day")
    missed = promised.actual_at.isnull() & (due < ibis.literal(as_of))
    late = promised.mutate(days_late=days).filter(missed | (days > 0))
    score = ibis.greatest(1 - late.days_late / rule.worst_after_days, 0.0).fill_null(0.0)
    return _signs(rule, late, at=lambda t: ibis.coalesce(t.actual_at, t.promised_at), score=score)


def _repeated(rule: BehaviourRule, encounters: ir.Table, _: ir.Table, __: date) -> ir.Table:
    kept = _of_rule(rule, encounters)
    in_a_row = ibis.window(
        group_by=["source", "record_id"], order_by=["started_at", "encounter_id"]
    )
    first = kept.started_at.lag((rule.times or 2) - 1).over(in_a_row)
    latest = kept.mutate(first_at=first)
    again = latest.filter(
        latest.started_at <= latest.first_at + ibis.interval(days=rule.within_days)
    )
    return _signs(rule, again, at=lambda t: t.started_at)


def _abandoned(
    rule: BehaviourRule, encounters: ir.Table, transactions: ir.Table, as_of: date
) -> ir.Table:
    kept = _of_rule(rule, encounters)
    resolving = _resolving_moments(rule, encounters, transactions)
    begun = kept.select("source", "record_id", "encounter_id", "market", at=kept.started_at)
    visits = ibis.union(begun.mutate(good_at=ibis.null("timestamp('UTC', 6)")), resolving)
    after = ibis.window(
        group_by=["source", "record_id"], order_by=["at", "good_at"], preceding=0, following=None
    )
    followed = visits.mutate(next_at=visits.good_at.min().over(after))
    due = followed.at + ibis.interval(days=rule.within_days)
    lost = followed.mutate(due_at=due).filter(
        followed.encounter_id.notnull(),
        due.cast("date") < ibis.literal(as_of),
        followed.next_at.isnull() | (followed.next_at > due),
    )
    return _signs(rule, lost, at=lambda t: t.due_at)


def _resolving_moments(
    rule: BehaviourRule, encounters: ir.Table, transactions: ir.Table
) -> ir.Table:
    """Moments that resolve an abandoned encounter."""
    came = encounters.filter(encounters.record_id.notnull(), encounters.kind.isin(rule.followed_by))
    moments = came.select("source", "record_id", at=came.started_at)
    if ORDER in rule.followed_by:
        bought = not_cancelled(transactions.filter(transactions.record_id.notnull()))
        moments = moments.union(bought.select("source", "record_id", at=bought.ordered_at))
    none = ibis.null("string")
    return moments.select(
        "source", "record_id", encounter_id=none, market=none, at=moments.at, good_at=moments.at
    )


def _silence(rule: BehaviourRule, _: ir.Table, transactions: ir.Table, as_of: date) -> ir.Table:
    lines = not_cancelled(transactions)
    own = lines.filter(
        lines.record_id.notnull(),
        ~(lines.is_return | lines.is_trial),
        lines.ordered_on < ibis.literal(as_of),
    )
    days = own.select("source", "record_id", "ordered_on").distinct()
    in_a_row = ibis.window(group_by=["source", "record_id"], order_by="ordered_on")
    habit = days.mutate(
        nth=ibis.row_number().over(in_a_row) + 1,
        first_on=days.ordered_on.first().over(in_a_row),
        next_on=days.ordered_on.lead().over(in_a_row),
    )
    span, gaps = habit.ordered_on.delta(habit.first_on, unit="day"), habit.nth - 1
    wait = ibis.greatest((span * (rule.times or 2) + gaps - 1) // ibis.greatest(gaps, 1), 1)
    due = (habit.ordered_on + wait.as_interval("D")).cast("date")
    silences = habit.mutate(due_on=due).filter(
        habit.nth >= rule.at_least,
        due < ibis.literal(as_of),
        habit.next_on.isnull() | (habit.next_on > due),
    )
    none = ibis.null("string")
    named = silences.mutate(encounter_id=none, market=none)
    own_id = silences.record_id + ":" + silences.due_on.cast("string")
    return _signs(rule, named, at=lambda t: t.due_on.cast("timestamp('UTC', 6)"), of=own_id)


def _signs(
    rule: BehaviourRule,
    rows: ir.Table,
    *,
    at: Callable[[ir.Table], ir.Value],
    score: ir.Value | None = None,
    of: ir.Value | None = None,
) -> ir.Table:
    points = ibis.literal(rule.score, "float64") if score is None else score.cast("float64")
    has_score = points.notnull()
    return rows.select(
        "source",
        "record_id",
        "encounter_id",
        "market",
        signal_id=ibis.literal(f"{rule.name}:") + (rows.encounter_id if of is None else of),
        signalled_at=at(rows),
        kind=ibis.literal("inferred"),
        instrument=ibis.literal(rule.sign),
        item=ibis.literal(rule.name),
        factor=ibis.literal(rule.factor, "string"),
        score=points,
        scale_low=ibis.ifelse(has_score, 0.0, ibis.null("float64")),
        scale_high=ibis.ifelse(has_score, 1.0, ibis.null("float64")),
        coder=ibis.literal("rule"),
    )


_SIGNS: dict[str, Callable[[BehaviourRule, ir.Table, ir.Table, date], ir.Table]] = {
    "abandoned": _abandoned,
    "repeated": _repeated,
    "hang_up": _hang_up,
    "late": _late,
    "silence": _silence,
}
