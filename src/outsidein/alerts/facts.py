"""Facts that a rule may name: of the row, of what came before, and of the customer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Self

import ibis
import ibis.expr.types as ir

from outsidein.alerts.admissions import KEYS

HALF = 0.5
CALM = ("kind", "channel", "touchpoint", "unit", "employee", "product", "value", "tier", "stage")
"""Facts that are kept with every alert, named by its rule or not, where the row has them."""


@dataclass(frozen=True, slots=True, eq=False)
class AlertTables:
    """Tables of a snapshot that alerts look at.

    Attributes:
        encounters: Canonical.
        signals: Canonical.
        messages: Canonical.
        transactions: Canonical.
        members: One row per record: `source`, `record_id`, `customer_id`.
        customers: One row per customer: what is known of them as of the build.
        segments: One row per customer and segment: `customer_id`, `segment`.
        spells: One row per customer and spell.
    """

    encounters: ir.Table
    signals: ir.Table
    messages: ir.Table
    transactions: ir.Table
    members: ir.Table
    customers: ir.Table
    segments: ir.Table
    spells: ir.Table

    @classmethod
    def of(cls, table: Callable[[str], ir.Table]) -> Self:
        """Return the tables, each taken by its name in a snapshot."""
        return cls(
            encounters=table("encounters"),
            signals=table("signals"),
            messages=table("messages"),
            transactions=table("transactions"),
            members=table("memberships"),
            customers=table("customers"),
            segments=table("segment_memberships"),
            spells=table("churn_spells"),
        )


Count = Callable[[ir.Table], ir.Value]


def row_facts(
    tables: AlertTables, relation: str, *, needed: Collection[str], new: ir.Table | None = None
) -> ir.Table:
    """Return each encounter or signal with the facts that a rule may name.

    Everything of the row is there under its own name. What came before counts up to the row's own
    moment, itself included, over all records that are its customer's in this snapshot. What is
    known of the customer is as of the build.

    Args:
        tables: Of a snapshot.
        relation: 'encounters' or 'signals'.
        needed: Facts that are wanted; only what was before and customers' facts depend on it.
        new: Rows that are asked for, by `source` and `key`; all if not said.

    Returns:
        One row per encounter or signal: `source`, `key`, `record_id`, `customer_id` (null where
        nobody is known), `happened_at`, `happened_on` (local), `recorded_at`, the columns of the
        row, and of the rest what is needed.
    """
    table = tables.encounters if relation == "encounters" else _with_encounter(tables)
    ids = tables.members.select("source", "record_id", "customer_id")
    joined = table.left_join(ids, ["source", "record_id"]).select(*table.columns, "customer_id")
    key, moment = KEYS[relation]
    rows = joined.rename(key=key, happened_at=moment)
    rows = rows.mutate(happened_on=rows.happened_at.cast("date"))
    if new is not None:
        rows = _concerned(rows, new, needed)
    rows = rows.mutate(**_own(rows, relation))
    before = {name: count for name, count in _BEFORE[relation].items() if name in needed}
    rows = rows.mutate(**{name: count(rows) for name, count in before.items()})
    if new is not None:
        rows = rows.semi_join(new, ["source", "key"])
    return with_customer_facts(rows, tables, needed=needed)


def with_customer_facts(
    rows: ir.Table, tables: AlertTables, *, needed: Collection[str]
) -> ir.Table:
    """Add what is needed of each row's customer; what the row says itself goes before.

    `in_NAME` says whether the customer is in segment NAME.
    """
    wanted = [
        name
        for name in tables.customers.columns
        if name in {*needed, *CALM} and name not in rows.columns
    ]
    if wanted:
        customers = tables.customers.select("customer_id", *wanted)
        rows = rows.left_join(customers, "customer_id").select(*rows.columns, *wanted)
    for name in sorted(needed):
        if name.startswith("in_") and name not in rows.columns:
            rows = _in_segment(rows, tables.segments, name)
    return rows


def _in_segment(rows: ir.Table, segments: ir.Table, name: str) -> ir.Table:
    members = segments.filter(segments.segment == name.removeprefix("in_")).select("customer_id")
    members = members.distinct().mutate(is_member=ibis.literal(True))  # noqa: FBT003  a column
    joined = rows.left_join(members, "customer_id")
    return joined.select(*rows.columns, **{name: joined.is_member.fill_null(False)})  # noqa: FBT003


def _with_encounter(tables: AlertTables) -> ir.Table:
    """Signals, with the unit and employee of the encounter they are about."""
    about = tables.encounters.select("source", "encounter_id", "unit", "employee", "channel")
    signals = tables.signals
    joined = signals.left_join(about, ["source", "encounter_id"])
    return joined.select(*signals.columns, "unit", "employee", "channel")


def _concerned(rows: ir.Table, new: ir.Table, needed: Collection[str]) -> ir.Table:
    """Of all rows only those that the facts of the new ones rest on."""
    asked = rows.semi_join(new, ["source", "key"])
    if not BEFORE & set(needed):
        return asked
    concerned = asked.filter(asked.customer_id.notnull()).select("customer_id").distinct()
    return ibis.union(
        rows.semi_join(concerned, "customer_id"), asked.filter(asked.customer_id.isnull())
    )


def _own(rows: ir.Table, relation: str) -> dict[str, ir.Value]:
    """What follows from the row alone; days are local, for the engine's zone is the project's."""
    if relation == "signals":
        width = (rows.scale_high - rows.scale_low).nullif(0)
        return {"score_share": (rows.score - rows.scale_low) / width}
    late = rows.actual_at.cast("date").delta(rows.promised_at.cast("date"), unit="day")
    return {"days_late": late.cast("int64"), "is_late": rows.actual_at > rows.promised_at}


def _last(days: int, *by: str, of: Callable[[ir.Table], ir.BooleanValue] | None = None) -> Count:
    """Count the rows of the last `days` days that agree in `by`, this one included."""

    def count(rows: ir.Table) -> ir.Value:
        window = ibis.trailing_range_window(
            ibis.interval(days=days), group_by=["customer_id", *by], order_by="happened_at"
        )
        is_counted = rows.happened_at.notnull() if of is None else of(rows)
        total = is_counted.cast("int64").sum().over(window).cast("int64")
        is_of_somebody = rows.customer_id.notnull()
        for name in by:
            is_of_somebody &= rows[name].notnull()
        return ibis.ifelse(is_of_somebody, total.fill_null(0), ibis.null("int64"))

    return count


def _by_customer(rows: ir.Table) -> ir.BooleanValue:
    return rows.initiator == "customer"


def _is_low(rows: ir.Table) -> ir.BooleanValue:
    return rows.score_share < HALF


_BEFORE: Mapping[str, Mapping[str, Count]] = {
    "encounters": {
        "encounters_30d": _last(30),
        "encounters_90d": _last(90),
        "same_kind_30d": _last(30, "kind"),
        "same_kind_90d": _last(90, "kind"),
        "contacts_7d": _last(7, of=_by_customer),
        "contacts_30d": _last(30, of=_by_customer),
        "thread_contacts_30d": _last(30, "thread", of=_by_customer),
    },
    "signals": {
        "signals_90d": _last(90),
        "low_signals_90d": _last(90, of=_is_low),
    },
}
"""Facts of what came before a row, by what is counted."""

BEFORE = frozenset(name for counts in _BEFORE.values() for name in counts)
"""Names of the facts of what came before."""
