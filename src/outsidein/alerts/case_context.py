"""What the snapshot says about the customer of a case: name, ways to reach, last encounters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.alerts.briefings import AlertKey, briefings, promise_text
from outsidein.alerts.case_file import FiredAlert
from outsidein.alerts.facts import AlertTables
from outsidein.cases.mail_text import Briefing
from outsidein.cases.queue import CaseRow
from outsidein.lake.snapshot_reading import Reading
from outsidein.text.masking import masked_text

MOST_CONTACTS, MOST_ENCOUNTERS = 6, 5
"""Most addresses and numbers of a customer, and most encounters, shown with a case."""

CONTACTS = ("phone", "email")
"""Kinds of identifiers by which a customer can be reached, the one to call first."""

NAMES = ("name", "organisation_name", "given_name", "family_name")


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
        history: What the customer bought so far, in words.
        briefings: What happened and what the customer wrote, by alert.
        encounters: The latest, newest first.
    """

    customer_id: str | None = None
    name: str = ""
    contacts: Sequence[Contact] = ()
    history: str = ""
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


def case_customer(reading: Reading, case: CaseRow, alerts: Sequence[FiredAlert]) -> CaseCustomer:
    """Look up the customer of a case; one that names no record has only its alerts.

    Args:
        reading: The current snapshot; days are those of the project's time zone.
        case: Which names a record.
        alerts: Of the case.
    """
    tables = AlertTables.of(reading.table)
    keys = [AlertKey(alert.source, alert.key) for alert in alerts]
    by_alert = briefings(reading.backend, tables, keys) if keys else {}
    members, is_own = tables.members, tables.members.record_id == case.record_id
    customer = members.filter(is_own & (members.source == case.source)).select("customer_id")
    records = members.semi_join(customer, "customer_id").select("source", "record_id")
    customer_id, name = _name(reading, tables.customers.semi_join(customer, "customer_id"))
    if customer_id is None:
        return CaseCustomer(briefings=by_alert)
    return CaseCustomer(
        customer_id=customer_id,
        name=name,
        contacts=_contacts(reading, records),
        briefings=by_alert,
        encounters=_last_encounters(reading, tables.encounters, records),
    )


def _name(reading: Reading, customer: ir.Table) -> tuple[str | None, str]:
    columns = [name for name in NAMES if name in customer.columns]
    rows = _rows(reading, customer.select("customer_id", *columns))
    if not rows:
        return None, ""
    row = rows[0]
    whole = row.get("name") or row.get("organisation_name")
    parts = [row.get("given_name"), row.get("family_name")]
    return row["customer_id"], whole or " ".join(part for part in parts if part)


def _contacts(reading: Reading, records: ir.Table) -> list[Contact]:
    identifiers = reading.table("identifiers").semi_join(records, ["source", "record_id"])
    reached = identifiers.mutate(kind=identifiers.kind.lower())
    reached = reached.filter(reached.kind.isin(CONTACTS)).select("kind", "value").distinct()
    ordered = reached.order_by(ibis.desc("kind"), "value").limit(MOST_CONTACTS)
    return [Contact(**row) for row in _rows(reading, ordered)]


def _last_encounters(
    reading: Reading, encounters: ir.Table, records: ir.Table
) -> list[LastEncounter]:
    own = encounters.semi_join(records, ["source", "record_id"])
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
