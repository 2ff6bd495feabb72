"""Silences: of customers who were usually active, and of the company itself."""

from collections.abc import Collection
from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.alerts.facts import AlertTables, with_customer_facts

MESSAGE = "message:"
TRANSACTION = "transaction:"
"""What stands before a key that is no encounter's."""

_ACT = ("source", "key", "record_id", "happened_at", "recorded_at")


def customer_silences(tables: AlertTables, *, as_of: date, needed: Collection[str]) -> ir.Table:
    """Return how long each customer has been silent, and their usual gap between activities.

    Activities are encounters that the company did not initiate, and orders. The last activity
    identifies the silence, so that it fires once, and the next silence fires again.

    Args:
        tables: Of a snapshot.
        as_of: First day that does not count.
        needed: Facts of the customer that are wanted.

    Returns:
        One row per customer: `source`, `key`, `record_id`, `happened_at`, `happened_on`,
        `recorded_at` of the last act, `silent_days`, `active_days` (days with an act, count),
        `usual_gap_days` (mean days from one to the next; null with one only), and what is needed.
    """
    acts = _before(_acts(tables), as_of)
    last = _last(acts)
    habit = acts.group_by("customer_id").aggregate(
        active_days=acts.happened_on.nunique(),
        first_on=acts.happened_on.min(),
        last_on_=acts.happened_on.max(),
    )
    span = habit.last_on_.delta(habit.first_on, unit="day")
    gap = (span / (habit.active_days - 1).nullif(0)).cast("float64")
    habits = habit.select("customer_id", "active_days", usual_gap_days=gap)
    silences = last.inner_join(habits, "customer_id")
    silences = silences.mutate(silent_days=_days_until(as_of, silences.happened_on))
    return with_customer_facts(silences, tables, needed=needed)


def company_silences(
    tables: AlertTables, *, as_of: date, needed: Collection[str], sales: Collection[str]
) -> ir.Table:
    """Return how long the company has sent each customer nothing but sales messages.

    A contact is a message of another purpose than sales, or an encounter that the company
    initiated and whose kind is not sales. A customer never contacted counts from the first act.

    Args:
        tables: Of a snapshot.
        as_of: First day that does not count.
        needed: Facts of the customer that are wanted.
        sales: Purposes of messages and kinds of encounters that are no contact.

    Returns:
        One row per customer: `source`, `key`, `record_id`, `happened_at`, `happened_on`,
        `recorded_at` of the last contact or else the first act, `unspoken_days`, `was_spoken_to`,
        and what is needed.
    """
    words = _before(_words(tables, sales), as_of)
    last = _last(words).mutate(was_spoken_to=ibis.literal(True))  # noqa: FBT003  a column
    never = _before(_acts(tables), as_of).anti_join(words, "customer_id")
    first = _edge(never, ibis.row_number().over(_order(is_last=False)))
    silences = ibis.union(last, first.mutate(was_spoken_to=ibis.literal(False)))  # noqa: FBT003
    silences = silences.mutate(unspoken_days=_days_until(as_of, silences.happened_on))
    return with_customer_facts(silences, tables, needed=needed)


def _acts(tables: AlertTables) -> ir.Table:
    encounters, transactions = tables.encounters, tables.transactions
    begun = encounters.filter((encounters.initiator == "customer") | encounters.initiator.isnull())
    contacts = begun.select(
        *("source", "record_id", "recorded_at"), key=begun.encounter_id, happened_at="started_at"
    )
    ordered = transactions.filter(~transactions.is_return)
    orders = ordered.select(
        *("source", "record_id", "recorded_at"),
        key=ibis.literal(TRANSACTION) + ordered.transaction_id,
        happened_at="ordered_at",
    ).distinct()
    return _of_customers(ibis.union(contacts.select(*_ACT), orders.select(*_ACT)), tables)


def _words(tables: AlertTables, sales: Collection[str]) -> ir.Table:
    messages, encounters = tables.messages, tables.encounters
    listed = sorted(sales)
    worded = messages.filter(~messages.purpose.isin(listed).fill_null(False))  # noqa: FBT003
    sent = worded.select(
        *("source", "record_id", "recorded_at"),
        key=ibis.literal(MESSAGE) + worded.message_id,
        happened_at="sent_at",
    )
    begun = encounters.filter(encounters.initiator == "company", ~encounters.kind.isin(listed))
    spoken = begun.select(
        *("source", "record_id", "recorded_at"), key=begun.encounter_id, happened_at="started_at"
    )
    return _of_customers(ibis.union(sent.select(*_ACT), spoken.select(*_ACT)), tables)


def _of_customers(acts: ir.Table, tables: AlertTables) -> ir.Table:
    ids = tables.members.select("source", "record_id", "customer_id")
    of_customers = acts.inner_join(ids, ["source", "record_id"])
    return of_customers.mutate(happened_on=of_customers.happened_at.cast("date"))


def _before(acts: ir.Table, as_of: date) -> ir.Table:
    """Acts that had happened and were recorded before a day: what was recorded later is future."""
    day = ibis.literal(as_of)
    return acts.filter(acts.happened_on < day, acts.recorded_at.cast("date") < day)


def _last(acts: ir.Table) -> ir.Table:
    return _edge(acts, ibis.row_number().over(_order(is_last=True)))


def _order(*, is_last: bool) -> ir.Value:
    turned = ibis.desc if is_last else ibis.asc
    order = [turned("happened_at"), turned("source"), turned("key")]
    return ibis.window(group_by="customer_id", order_by=order)


def _edge(acts: ir.Table, turn: ir.Value) -> ir.Table:
    return acts.mutate(turn=turn).filter(lambda t: t.turn == 0).drop("turn")


def _days_until(as_of: date, day: ir.Value) -> ir.Value:
    return ibis.literal(as_of).delta(day, unit="day").cast("int64")
