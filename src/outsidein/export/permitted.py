"""Rows of customers whose consent permits an export for a purpose."""

from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from outsidein.consent.current import ANY, current_consents
from outsidein.consent.declaration import Purpose
from outsidein.identity.records.customer_ids import with_customers

CHANNEL = "export"
"""Channel of an export in changes of consent."""

RECORD = "record_id"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Customers who are not exported, and their records.

    Attributes:
        customers: One row per such customer: `customer_id`.
        records: One row per record of theirs: `source`, `record_id`.
    """

    customers: ir.Table
    records: ir.Table

    def permitted_rows(self, rows: ir.Table) -> ir.Table:
        """Return the rows that name no such customer."""
        if "customer_id" in rows.columns:
            return rows.anti_join(self.customers, "customer_id")
        for record in _record_columns(rows):
            source = f"{record.removesuffix(RECORD)}source"
            rows = rows.anti_join(self.records, [(source, "source"), (record, RECORD)])
        return rows


def names_a_customer(rows: ir.Table) -> bool:
    """Whether the rows of a table say which customer or record they are about."""
    return "customer_id" in rows.columns or bool(_record_columns(rows))


def refusals(
    consents: ir.Table, members: ir.Table, *, name: str, purpose: Purpose, now: datetime
) -> Refusals:
    """Return the customers whose data may not be exported for a purpose.

    They have refused it or withdrawn their consent, for channel `export` or any, or never gave it
    where it rests on consent. A change that belongs to one address counts for the whole person.

    Args:
        consents: The canonical table.
        members: One row per record: `source`, `record_id`, `customer_id`.
        name: Of the purpose.
        purpose: Its declaration.
        now: The moment (aware).
    """
    customers = members.select("customer_id").distinct()
    asked = customers.select(
        "customer_id", number="customer_id", address=ibis.null("string"), topic=ibis.literal(ANY)
    )
    changes = with_customers(consents, members).mutate(address=ibis.null("string"))
    current = current_consents(changes, asked, purpose=name, channel=CHANNEL, now=now)
    permitted = current.filter(current.refused_at.isnull())
    if purpose.legal_basis == "consent":
        permitted = permitted.filter(permitted.given_at.notnull())
        refusing = customers.anti_join(permitted, [("customer_id", "number")])
    else:
        refused = current.filter(current.refused_at.notnull())
        refusing = customers.semi_join(refused, [("customer_id", "number")])
    records = members.semi_join(refusing, "customer_id").select("source", RECORD)
    return Refusals(refusing, records)


def _record_columns(rows: ir.Table) -> list[str]:
    """Columns that name a record of the source in the column of the same prefix."""
    return [
        name
        for name in rows.columns
        if name.endswith(RECORD) and f"{name.removesuffix(RECORD)}source" in rows.columns
    ]
