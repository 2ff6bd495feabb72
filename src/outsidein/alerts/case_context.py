"""What the snapshot says about the customer of a case: name, ways to reach, last encounters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.alerts.briefings import AlertKey, PurchaseHistory, briefings, promise_text
from outsidein.alerts.case_file import FiredAlert
from outsidein.alerts.facts import AlertTables
from outsidein.cases.mail_text import Briefing
from outsidein.identity.records.pairs import RecordKey
from outsidein.lake.snapshot_reading import Reading
from outsidein.text.masking import masked_text

MOST_CONTACTS, MOST_ENCOUNTERS = 6, 5
"""Most addresses and numbers of a customer, and most encounters, shown with a case."""

CONTACTS = ("phone", "email")
"""Kinds of identifiers by which a customer can be reached, the one to call first."""

NAMES = ("name", "organisation_name", "given_name", "family_name")
BOUGHT = ("orders", "revenue")


class Contact(NamedTuple):
    """An address or a number of a customer."""

    kind: str
    value: str


class LastEncounter(NamedTuple):
    """One of the latest encounters of a customer; `promise` says what came of what was promised."""

    on: date
    channel: str
    kind: str
    touchpoint: str | None
    product: str | None
    outcome: str | None
    promise: str


@dataclass(frozen=True, slots=True)
class CaseCustomer:
    """The customer of a case as the snapshot knows them; all of it may be unknown.

    Attributes:
        customer_id: Of the customer.
        name: Of the person or organisation.
        contacts: Where to call or write.
        bought: What the customer bought so far.
        briefings: What happened and what the customer wrote, by alert.
        encounters: The latest, newest first.
    """

    customer_id: str | None = None
    name: str = ""
    contacts: Sequence[Contact] = ()
    bought: PurchaseHistory | None = None
    briefings: Mapping[AlertKey, Briefing] = field(default_factory=dict)
    encounters: Sequence[LastEncounter] = ()

    def briefing(self, alert: FiredAlert) -> Briefing:
        """Return what happened at an alert, and what the customer wrote."""
        return self.briefings.get(AlertKey(alert.source, alert.key), Briefing())

    def masked(self) -> "CaseCustomer":
        """Return the customer without name and contact data, and with masked words."""
        texts = {
            key: replace(briefing, customer="", words=masked_text(briefing.words))
            for key, briefing in self.briefings.items()
        }
        return replace(self, name="", contacts=(), briefings=texts)


def case_customer(
    reading: Reading, record: RecordKey | None, alerts: Sequence[AlertKey]
) -> CaseCustomer:
    """Look up the customer of a case; one that names no record has only its alerts.

    Args:
        reading: The current snapshot; days are those of the project's time zone.
        record: That the case names.
        alerts: Of the case.
    """
    tables = AlertTables.of(reading.table)
    by_alert = briefings(reading.backend, tables, alerts) if alerts else {}
    customer_id, records = _records(reading, tables.members, record)
    if customer_id is None:
        return CaseCustomer(briefings=by_alert)
    profile = _profile(reading, tables.customers, customer_id)
    return CaseCustomer(
        customer_id=customer_id,
        name=_name(profile),
        contacts=_contacts(reading, records),
        bought=_bought(profile),
        briefings=by_alert,
        encounters=_last_encounters(reading, tables.encounters, records),
    )


def _records(
    reading: Reading, members: ir.Table, record: RecordKey | None
) -> tuple[str | None, list[RecordKey]]:
    """Return the customer of a record, and all records of that customer."""
    if record is None:
        return None, []
    own = members.filter(_is_of(members, [record])).select("customer_id")
    rows = _rows(reading, members.semi_join(own, "customer_id"))
    records = [RecordKey(row["source"], row["record_id"]) for row in rows]
    return (rows[0]["customer_id"] if rows else None), records


def _is_of(table: ir.Table, records: Sequence[RecordKey]) -> ir.BooleanValue:
    """Whether a row is about one of some records, of which a customer may have many."""
    ids: dict[str, list[str]] = {}
    for record in records:
        ids.setdefault(record.source, []).append(record.record_id)
    conditions = [
        (table.source == source) & table.record_id.isin(of_source)
        for source, of_source in ids.items()
    ]
    return reduce(or_, conditions)


def _profile(reading: Reading, customers: ir.Table, customer_id: str) -> Mapping[str, Any]:
    columns = [name for name in (*NAMES, *BOUGHT) if name in customers.columns]
    row = customers.filter(customers.customer_id == customer_id).select("customer_id", *columns)
    return next(iter(_rows(reading, row)), {})


def _name(profile: Mapping[str, Any]) -> str:
    parts = [profile.get("given_name"), profile.get("family_name")]
    whole: str | None = profile.get("name") or profile.get("organisation_name")
    return whole or " ".join(part for part in parts if part)


def _bought(profile: Mapping[str, Any]) -> PurchaseHistory | None:
    orders, revenue = profile.get("orders"), profile.get("revenue")
    return PurchaseHistory(int(orders), int(revenue or 0)) if orders else None


def _contacts(reading: Reading, records: Sequence[RecordKey]) -> list[Contact]:
    table = reading.table("identifiers")
    identifiers = table.filter(_is_of(table, records))
    reached = identifiers.mutate(kind=identifiers.kind.lower())
    reached = reached.filter(reached.kind.isin(CONTACTS)).select("kind", "value").distinct()
    ordered = reached.order_by(ibis.desc("kind"), "value").limit(MOST_CONTACTS)
    return [Contact(**row) for row in _rows(reading, ordered)]


def _last_encounters(
    reading: Reading, encounters: ir.Table, records: Sequence[RecordKey]
) -> list[LastEncounter]:
    own = encounters.filter(_is_of(encounters, records))
    order = [ibis.desc("started_at"), "source", "encounter_id"]
    latest = own.order_by(order).limit(MOST_ENCOUNTERS)
    shown = latest.select(
        *("channel", "kind", "touchpoint", "product", "outcome"),
        on=latest.started_at.cast("date"),
        promised_on=latest.promised_at.cast("date"),
        actual_on=latest.actual_at.cast("date"),
    )
    return [_last_encounter(row) for row in _rows(reading, shown)]


def _last_encounter(row: dict[str, Any]) -> LastEncounter:
    promise = promise_text(row.pop("promised_on"), row.pop("actual_on"))
    return LastEncounter(**row, promise=promise)


def _rows(reading: Reading, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reading.backend.to_pyarrow(table).to_pylist()
    return rows
