"""What a mail says about alerts: the customer, the order, the promise, the customer's words."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.alerts.facts import AlertTables
from outsidein.cases.mail_text import Briefing

_KEYS = pa.schema({"source": pa.string(), "key": pa.string()})


class AlertKey(NamedTuple):
    """The source's own key of the encounter or signal that an alert fired on."""

    source: str
    key: str

    @classmethod
    def of_notice(cls, about: str) -> "AlertKey":
        """Return the key in what a notice is about.

        Example:
            >>> AlertKey.of_notice("alert:five_stars:shop:r7:1")
            AlertKey(source='shop', key='r7:1')
        """
        _, _, source, key = about.split(":", 3)
        return cls(source, key)


def briefings(
    backend: BaseBackend, tables: AlertTables, keys: Sequence[AlertKey]
) -> dict[AlertKey, Briefing]:
    """Look up what a mail says about alerts; an alert on a silence has the last activity's key.

    Args:
        backend: Where the tables lie.
        tables: Of the current snapshot; days are those of the project's time zone.
        keys: Of alerts.

    Returns:
        By key; without those of which the snapshot knows nothing.
    """
    wanted = ibis.memtable(pa.Table.from_pylist([key._asdict() for key in keys], schema=_KEYS))
    words = {_key(row): row for row in _rows(backend, _words(tables, wanted))}
    encounters = {_key(row): row for row in _rows(backend, _encounters(tables, wanted))}
    nothing: Mapping[str, Any] = {}
    return {
        key: _briefing(key, encounters.get(key, nothing), words.get(key, nothing))
        for key in dict.fromkeys(keys)
        if key in encounters or key in words
    }


class PurchaseHistory(NamedTuple):
    """What a customer bought so far: orders (count) and revenue (minor units)."""

    orders: int
    revenue: int


def purchases(
    backend: BaseBackend, customers: ir.Table, ids: Sequence[str]
) -> dict[str, PurchaseHistory]:
    """Return what customers bought so far, by id; nothing where the snapshot does not say."""
    if not {"orders", "revenue"} <= {*customers.columns} or not ids:
        return {}
    chosen = customers.filter(customers.customer_id.isin(sorted(set(ids))))
    rows = _rows(backend, chosen.select("customer_id", "orders", "revenue"))
    return {
        row["customer_id"]: PurchaseHistory(int(row["orders"] or 0), int(row["revenue"] or 0))
        for row in rows
    }


def merged_briefing(several: Sequence[Briefing]) -> Briefing:
    """Return one briefing of several alerts on a case: each fact from the first that has it."""
    merged = Briefing()
    for briefing in several:
        facts = {field.name: getattr(merged, field.name) for field in fields(merged)}
        merged = Briefing(**{name: fact or getattr(briefing, name) for name, fact in facts.items()})
    return merged


def _words(tables: AlertTables, wanted: ir.Table) -> ir.Table:
    """One row per key: the latest text of the signal itself, or about the encounter."""
    signals = tables.signals.filter(tables.signals.text.notnull())
    columns = ("text", "score", "scale_high", "instrument", "signalled_on", "record_id")
    parts = [
        wanted.inner_join(
            signals.select("source", *columns, "signal_id", key=signals[name]), ["source", "key"]
        ).select("source", "key", "signal_id", *columns)
        for name in ("signal_id", "encounter_id")
    ]
    order = [ibis.desc("signalled_on"), "signal_id"]
    turn = ibis.row_number().over(group_by=["source", "key"], order_by=order)
    latest = ibis.union(*parts).mutate(turn=turn).filter(lambda t: t.turn == 0).drop("turn")
    return _with_names(latest, tables)


def _encounters(tables: AlertTables, wanted: ir.Table) -> ir.Table:
    """One row per key: the encounter itself, or the one that the signal is about."""
    signals = tables.signals.filter(tables.signals.encounter_id.notnull())
    about = wanted.inner_join(
        signals.select("source", "encounter_id", key=signals.signal_id), ["source", "key"]
    ).select("source", "key", "encounter_id")
    own = wanted.select("source", "key", encounter_id=wanted.key)
    encounters = tables.encounters
    rows = ibis.union(own, about, distinct=True).inner_join(
        encounters.select(
            *("source", "encounter_id", "record_id", "kind", "channel", "product", "thread"),
            started_on=encounters.started_at.cast("date"),
            promised_on=encounters.promised_at.cast("date"),
            actual_on=encounters.actual_at.cast("date"),
        ),
        ["source", "encounter_id"],
    )
    turn = ibis.row_number().over(group_by=["source", "key"], order_by="encounter_id")
    first = rows.mutate(turn=turn).filter(lambda t: t.turn == 0).drop("turn")
    orders = tables.transactions.select("source", thread="transaction_id").distinct()
    ordered = orders.mutate(is_order=ibis.literal(True))  # noqa: FBT003  a column
    joined = first.left_join(ordered, ["source", "thread"])
    return _with_names(joined.select(*first.columns, "is_order"), tables)


def _with_names(rows: ir.Table, tables: AlertTables) -> ir.Table:
    """Add the name of each row's customer, where the snapshot has names."""
    if "name" not in tables.customers.columns:
        return rows.mutate(name=ibis.null("string"))
    names = tables.members.inner_join(
        tables.customers.select("customer_id", "name"), "customer_id"
    ).select("source", "record_id", "name")
    joined = rows.left_join(names, ["source", "record_id"])
    return joined.select(*rows.columns, "name")


def _briefing(key: AlertKey, encounter: Mapping[str, Any], words: Mapping[str, Any]) -> Briefing:
    record = encounter.get("record_id") or words.get("record_id")
    name = encounter.get("name") or words.get("name")
    thread = encounter.get("thread") or ""
    record_key = f"{key.source}/{record}" if record else ""
    return Briefing(
        customer=f"{name} ({record_key})" if name else record_key,
        order=thread if encounter.get("is_order") else "",
        reference="" if encounter.get("is_order") else thread,
        happened=_happened(encounter),
        promise=promise_text(encounter.get("promised_on"), encounter.get("actual_on")),
        words=words.get("text") or "",
        source_of_words=_source_of_words(words),
    )


def _happened(encounter: Mapping[str, Any]) -> str:
    if not encounter:
        return ""
    product = f", {encounter['product']}" if encounter["product"] else ""
    return f"{encounter['kind'].replace('_', ' ')} on {encounter['started_on']}{product}"


def promise_text(promised_on: date | None, actual_on: date | None) -> str:
    """Say what was promised and what came of it; nothing if nothing was promised.

    Example:
        >>> promise_text(date(2018, 8, 1), date(2018, 8, 9))
        'due on 2018-08-01, done on 2018-08-09: 8 days late'
        >>> promise_text(date(2018, 8, 1), None)
        'due on 2018-08-01, not recorded as done'
    """
    if promised_on is None:
        return ""
    if actual_on is None:
        return f"due on {promised_on}, not recorded as done"
    late = (actual_on - promised_on).days
    kept = "on time" if late <= 0 else f"{late} day{'s' * (late != 1)} late"
    return f"due on {promised_on}, done on {actual_on}: {kept}"


def _source_of_words(words: Mapping[str, Any]) -> str:
    if not words:
        return ""
    score = words["score"]
    score_text = f", score {score:g} of {words['scale_high']:g}" if score is not None else ""
    return f"{words['instrument'] or 'written'}, {words['signalled_on']}{score_text}"


def _key(row: Mapping[str, Any]) -> AlertKey:
    return AlertKey(row["source"], row["key"])


def _rows(backend: BaseBackend, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = backend.to_pyarrow(table).to_pylist()
    return rows
