"""What is known of one customer: profile, contact data, consents, promises, segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from outsidein.errors import InputError
from outsidein.identity.records.pairs import RecordKey
from outsidein.identity.review.customer_evidence import Explained, explain
from outsidein.lake.snapshot_reading import Reading
from outsidein.workspace.customer_timeline import HistoryEntry, history, of_records

TRAIT = "trait_"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """Something promised to a customer that is not recorded as done."""

    what: str
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer as the current build has them.

    Attributes:
        customer_id: Of the customer.
        facts: The row of `customers`; without names and contact data for those who may not.
        contacts: Identifiers: kind, value and whether it is verified; empty for the same.
        policy: What was decided about the customer's tier, by whom; None if nothing was.
        segments: Names of the segments the customer is in.
        consents: The last change for each purpose, channel and topic.
        promises: Open ones, the one due first first.
        explained: Records and the evidence that makes them one customer.
        history: What happened, the newest first.
    """

    customer_id: str
    facts: Row
    contacts: tuple[Row, ...]
    policy: str | None
    segments: tuple[str, ...]
    consents: tuple[Row, ...]
    promises: tuple[OpenPromise, ...]
    explained: Explained
    history: tuple[HistoryEntry, ...]

    @property
    def traits(self) -> dict[str, Any]:
        """Properties of the customer that records carry."""
        return {
            name.removeprefix(TRAIT).replace("_", " "): value
            for name, value in self.facts.items()
            if name.startswith(TRAIT) and value is not None
        }

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels on which something happened."""
        return tuple(sorted({entry.channel for entry in self.history if entry.channel}))


def customer_file(
    reading: Reading,
    customer_id: str,
    *,
    hidden: frozenset[str],
    policies: Mapping[str, str],
    now: datetime,
) -> CustomerFile:
    """Gather what a snapshot knows of a customer.

    Args:
        reading: The snapshot.
        customer_id: Of the customer.
        hidden: Columns of `customers` not to be shown; where there are any, contact data are not
            shown either and texts are masked.
        policies: What was decided about tiers, by name.
        now: The moment (aware).

    Raises:
        InputError: There is no such customer.
    """
    explained = explain(reading, customer_id)
    records = explained.records
    facts = _facts(reading, customer_id)
    return CustomerFile(
        customer_id=customer_id,
        facts={name: value for name, value in facts.items() if name not in hidden},
        contacts=() if hidden else _contacts(reading, records),
        policy=policies.get(facts.get("tier") or ""),
        segments=_segments(reading, customer_id),
        consents=_consents(reading, records),
        promises=_promises(reading, records, now),
        explained=_without_values(explained) if hidden else explained,
        history=tuple(history(reading, records, personal=not hidden)),
    )


def _facts(reading: Reading, customer_id: str) -> dict[str, Any]:
    customers = reading.table("customers")
    rows = _rows(reading, customers.filter(customers.customer_id == customer_id))
    if not rows:
        raise InputError(f"There is no customer {customer_id!r} in this build.")
    return rows[0]


def _contacts(reading: Reading, records: Sequence[RecordKey]) -> tuple[Row, ...]:
    rows = of_records(reading.table("identifiers"), records)
    distinct = rows.group_by("kind", "value").aggregate(is_verified=rows.is_verified.any())
    return tuple(_rows(reading, distinct.order_by("kind", "value")))


def _segments(reading: Reading, customer_id: str) -> tuple[str, ...]:
    if not reading.has("segment_memberships"):
        return ()
    members = reading.table("segment_memberships")
    rows = _rows(reading, members.filter(members.customer_id == customer_id))
    return tuple(sorted(row["segment"] for row in rows))


def _consents(reading: Reading, records: Sequence[RecordKey]) -> tuple[Row, ...]:
    """The last change of each consent; at the same moment a refusal counts."""
    changes = _rows(reading, of_records(reading.table("consents"), records))
    changes.sort(key=lambda row: (row["effective_at"], row["state"] != "given"))
    latest = {(row["purpose"], row["channel"], row["topic"]): row for row in changes}
    return tuple(latest[scope] for scope in sorted(latest))


def _promises(
    reading: Reading, records: Sequence[RecordKey], now: datetime
) -> tuple[OpenPromise, ...]:
    encounters = of_records(reading.table("encounters"), records)
    due = encounters.filter(
        encounters.promised_at.notnull(),
        encounters.actual_at.isnull(),
        ~encounters.is_resolved.fill_null(False),  # noqa: FBT003  Ibis takes the value by place
    )
    messages = of_records(reading.table("messages"), records).select("source", "message_id")
    claims = reading.table("claims").semi_join(messages, ["source", "message_id"])
    claimed = claims.filter(claims.due_at.notnull(), claims.is_kept.isnull())
    promised = [
        *((row["kind"], row["promised_at"]) for row in _rows(reading, due)),
        *((row["subject"] or row["kind"], row["due_at"]) for row in _rows(reading, claimed)),
    ]
    return tuple(
        OpenPromise(what.replace("_", " "), at, is_overdue=at < now)
        for what, at in sorted(promised, key=lambda promise: promise[1])
    )


def _without_values(explained: Explained) -> Explained:
    """The evidence without the shared identifiers, and without who decided."""
    evidence = [row | {"value": None, "by": None} for row in explained.evidence]
    return explained._replace(evidence=evidence)


def _rows(reading: Reading, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reading.backend.to_pyarrow(table).to_pylist()
    return rows
