"""Everything that happened with a customer, over all channels, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.alerts.briefings import promise_text
from outsidein.identity.records.pairs import RecordKey
from outsidein.lake.snapshot_reading import Reading
from outsidein.text.masking import mask

MOST = 3_000
"""Rows of a kind that are read, the newest first."""

MOST_PRODUCTS = 3

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened with a customer.

    Attributes:
        at: When (aware).
        kind: `encounter`, `order`, `signal` or `message`.
        channel: None where the data do not say.
        title: What it was.
        facts: Further facts.
        amount: Of an order (minor units).
        words: What the customer said; masked for those who may not see names.
    """

    at: datetime
    kind: str
    channel: str | None
    title: str
    facts: tuple[str, ...] = ()
    amount: int | None = None
    words: str | None = None


def of_records(table: ir.Table, records: Sequence[RecordKey]) -> ir.Table:
    """Return the rows of a table that are about any of some records."""
    ids_by_source: dict[str, list[str]] = {}
    for record in records:
        ids_by_source.setdefault(record.source, []).append(record.record_id)
    conditions = (
        (table.source == source) & table.record_id.isin(ids)
        for source, ids in ids_by_source.items()
    )
    return table.filter(reduce(or_, conditions))


def history(
    reading: Reading, records: Sequence[RecordKey], *, personal: bool
) -> list[HistoryEntry]:
    """Return everything that happened with the records of a customer, the newest first.

    Args:
        reading: A snapshot.
        records: Of the customer.
        personal: Whether texts are shown as they were written; otherwise they are masked.
    """
    encounters = _newest(reading, "encounters", records, "started_at")
    channel_of = {row["encounter_id"]: row["channel"] for row in encounters}
    signals = _newest(reading, "signals", records, "signalled_at")
    if not personal:
        masked = mask(pa.array([row["text"] for row in signals], pa.string())).to_pylist()
        signals = [row | {"text": text} for row, text in zip(signals, masked, strict=True)]
    entries = [
        *map(_encounter, encounters),
        *_orders(_newest(reading, "transactions", records, "ordered_at")),
        *(_signal(row, channel_of.get(row["encounter_id"])) for row in signals),
        *map(_message, _newest(reading, "messages", records, "sent_at")),
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.kind, entry.title), reverse=True)


def _newest(reading: Reading, name: str, records: Sequence[RecordKey], moment: str) -> list[Row]:
    rows = of_records(reading.table(name), records).order_by(ibis.desc(moment)).limit(MOST)
    shown: list[Row] = reading.backend.to_pyarrow(rows).to_pylist()
    return shown


def _encounter(row: Row) -> HistoryEntry:
    promise = promise_text(_day(row["promised_at"]), _day(row["actual_at"]))
    resolved = {True: "resolved", False: "not resolved"}.get(row["is_resolved"])
    facts = (row["task"], row["touchpoint"], row["product"], promise, row["outcome"], resolved)
    title = _plain(row["kind"])
    return HistoryEntry(row["started_at"], "encounter", row["channel"], title, _facts(*facts))


def _orders(lines: Sequence[Row]) -> Iterator[HistoryEntry]:
    """Yield orders, each out of its lines; what was sent back is an entry of its own."""
    key = _order_key
    for (_, number, is_return), group in groupby(sorted(lines, key=key), key=key):
        rows = list(group)
        products = list(dict.fromkeys(r["product"] or r["category"] for r in rows))
        products = [product for product in products if product]
        more = len(products) - MOST_PRODUCTS
        facts = _facts(
            f"{len(rows)} line{'s' * (len(rows) != 1)}",
            *products[:MOST_PRODUCTS],
            f"{more} more" if more > 0 else None,
            "cancelled" if all(row.get("is_cancelled") for row in rows) else None,
        )
        yield HistoryEntry(
            min(row["ordered_at"] for row in rows),
            "order",
            rows[0]["channel"],
            f"{'Return of order' if is_return else 'Order'} {number}",
            facts,
            sum(row["revenue"] for row in rows),
        )


def _order_key(row: Row) -> tuple[str, str, bool]:
    return row["source"], row["transaction_id"], row["is_return"]


def _signal(row: Row, channel: str | None) -> HistoryEntry:
    score = row["score"]
    title = row["instrument"] or ("sign" if row["kind"] == "inferred" else "feedback")
    if score is not None:
        scale = f" of {row['scale_high']:g}" if row["scale_high"] is not None else ""
        title = f"{title}: {score:g}{scale}"
    facts = _facts(row["factor"], row["product"], row["item"])
    at = row["signalled_at"]
    return HistoryEntry(at, "signal", channel, _plain(title), facts, words=row["text"])


def _message(row: Row) -> HistoryEntry:
    title = row["topic"] or row["campaign"] or row["purpose"] or "message"
    facts = _facts(row["campaign"], row["purpose"], row["status"])
    return HistoryEntry(row["sent_at"], "message", row["channel"], _plain(title), facts)


def _facts(*facts: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_plain(fact) for fact in facts if fact))


def _plain(text: str) -> str:
    return text.replace("_", " ")


def _day(moment: datetime | None) -> Any:  # noqa: ANN401  a date or None
    return moment.date() if moment else None
