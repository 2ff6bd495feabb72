"""How the customers of cases can be contacted, and whether that is permitted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.cases.acknowledgement import ContactRoute
from outsidein.cases.queue import CaseRow
from outsidein.consent.current import current_consents
from outsidein.consent.declaration import ConsentFile
from outsidein.consent.permission import NO_CONSENT_RECORDED, CurrentConsent, permission
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.lake.snapshot_reading import Reading

EMAIL = "email"
"""The channel of minimum responses, and the kind of identifier they go to."""

_CASES = {
    "number": pa.int64(),
    "source": pa.string(),
    "record_id": pa.string(),
    "topic": pa.string(),
}


def contact_routes(
    cases: Sequence[CaseRow],
    reading: Reading,
    consent: ConsentFile,
    *,
    country: str | None,
    timezone: str,
    now: datetime,
) -> dict[int, ContactRoute]:
    """Find for each case where its customer can be written to, and whether that is permitted.

    Addresses and consents are those of the snapshot. The issue of a case is its topic.

    Args:
        cases: Whose customers are to be answered.
        reading: The current snapshot.
        consent: The purposes of the project.
        country: Of the project.
        timezone: Of the project.
        now: The moment (aware).

    Returns:
        By the number of the case.
    """
    addressed = _addressed_cases(reading, cases, country)
    purpose = consent.minimum_response
    consents = _consents(reading, country)
    current = current_consents(consents, addressed, purpose=purpose, channel=EMAIL, now=now)
    zone = ZoneInfo(timezone)
    by_case = {row.pop("number"): _standing(row, zone) for row in _rows(reading, current)}
    return {
        row["number"]: ContactRoute(
            row["address"],
            permission(
                purpose,
                consent.purpose[purpose],
                channel=EMAIL,
                current=by_case.get(row["number"], NO_CONSENT_RECORDED),
            ),
        )
        for row in _rows(reading, addressed)
    }


def _addressed_cases(reading: Reading, cases: Sequence[CaseRow], country: str | None) -> ir.Table:
    """One row per case: `number`, `customer_id`, `address`, `topic`."""
    written = [
        {"number": c.number, "source": c.source, "record_id": c.record_id, "topic": c.issue}
        for c in cases
    ]
    table = ibis.memtable(pa.Table.from_pylist(written, schema=pa.schema(_CASES)))
    records = table.select("source", "record_id").distinct()
    identifiers = reading.table("identifiers")
    wanted = identifiers.semi_join(records, ["source", "record_id"])
    addresses = _addresses(normalise_identifiers(wanted, country=country))
    members = reading.table("memberships")
    ids = members.select("source", "record_id", "customer_id")
    joined = table.left_join(ids, ["source", "record_id"])
    customers = joined.drop("source_right", "record_id_right")
    addressed = customers.left_join(addresses, ["source", "record_id"])
    return addressed.select("number", "customer_id", "address", "topic")


def _addresses(identifiers: ir.Table) -> ir.Table:
    """The e-mail address of each record that has one: the first by letters.

    What stands there and is no address is none: one of them must not stop all other mails.
    """
    is_mail = (identifiers.kind.lower() == EMAIL) & identifiers.normalised.notnull()
    mails = identifiers.filter(is_mail)
    return mails.group_by("source", "record_id").aggregate(address=mails.normalised.min())


def _consents(reading: Reading, country: str | None) -> ir.Table:
    """Changes of consent with their customer, and the address where they belong to one."""
    consents = reading.table("consents")
    members = reading.table("memberships")
    ids = members.select("source", "record_id", "customer_id")
    joined = consents.left_join(ids, ["source", "record_id"])
    customers = joined.drop("source_right", "record_id_right")
    compared = normalise_identifiers(
        customers.mutate(
            kind=customers.identifier_kind.fill_null(""),
            value=customers.identifier_value.fill_null(""),
        ),
        country=country,
    )
    is_mail = compared.kind.lower() == EMAIL
    # what is no address stays what it is: it is nobody's, rather than the whole person's
    belongs_to = ibis.coalesce(compared.normalised, compared.value)
    return compared.mutate(address=is_mail.ifelse(belongs_to, ibis.null("string")))


def _standing(row: dict[str, Any], zone: ZoneInfo) -> CurrentConsent:
    """What stands, its moments by the firm's own clocks."""
    local = {name: at and at.astimezone(zone) for name, at in row.items() if name.endswith("_at")}
    return CurrentConsent(**row | local)


def _rows(reading: Reading, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reading.backend.to_pyarrow(table.order_by("number")).to_pylist()
    return rows
