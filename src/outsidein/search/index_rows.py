"""What the search index holds of a snapshot, as Ibis expressions."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from outsidein.contact.phones import numbering_plan
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.lake.scratch import Scratch
from outsidein.lake.snapshot_reading import Reading

SHOWN = {
    "customer_id": "string",
    "name": "string",
    "city": "string",
    "postcode": "string",
    "stage": "string",
    "tier": "string",
    "profit": "int64",
    "value": "int64",
    "at_stake": "int64",
    "last_on": "date",
}
"""What a list of customers shows of each."""

NAMES = ("name", "given_name", "family_name", "organisation_name", "city", "postcode")
"""Columns of records whose words are searched: all names that a customer goes by."""

CONTACT_KINDS = ("phone", "email")
"""Kinds of identifiers of which a part is searched; of others the beginning."""

PUBLIC_KINDS = ("customer", "order", "record")
"""Kinds of numbers that name nobody outside the firm."""


@dataclass(frozen=True, slots=True)
class IndexTables:
    """The tables that the index is made of.

    Attributes:
        customers: One row per customer.
        records: One row per record, with its names.
        members: One row per record: `source`, `record_id`, `customer_id`.
        identifiers: One row per identifier of a record.
        transactions: One row per order line.
        country: Of phones without a country code.
    """

    customers: ir.Table
    records: ir.Table
    members: ir.Table
    identifiers: ir.Table
    transactions: ir.Table
    country: str | None

    @classmethod
    def of_snapshot(cls, reading: Reading, country: str | None) -> "IndexTables":
        """Return those of a snapshot."""
        return cls(
            reading.table("customers"),
            reading.table("records"),
            reading.table("memberships"),
            reading.table("identifiers"),
            reading.table("transactions"),
            country,
        )


def numbered_customers(temporary: Scratch, tables: IndexTables) -> ir.Table:
    """Number customers from 1, those with most at stake first.

    At stake is what a customer is expected to bring, times how probable it is that they leave.
    Customers without a prediction come after those with one, by what they are expected to bring,
    then by profit so far.

    Returns:
        One row per customer: `number`, `SHOWN`, and `names`: those of all their records.
    """
    customers = tables.customers
    value, leaving = (_column(customers, n, "float64") for n in ("value", "churn_probability"))
    stake = (value * leaving).round().cast("int64")
    columns = {name: _column(customers, name, kind) for name, kind in SHOWN.items()}
    rows = customers.select(**columns | {"at_stake": stake})
    order = [ibis.desc(name, nulls_first=False) for name in ("at_stake", "value", "profit")]
    place = ibis.row_number().over(order_by=[*order, "customer_id"])
    numbered = temporary.hold(rows.mutate(number=place + 1), "numbered_customers")
    named = numbered.left_join(_names(tables, numbered), "number").drop("number_right")
    return temporary.hold(named, "named_customers")


def _names(tables: IndexTables, numbers: ir.Table) -> ir.Table:
    """One row per customer: the names of all records."""
    records = tables.records
    parts = [_column(records, name, "string").fill_null("") for name in NAMES]
    texts = records.select("source", "record_id", text=ibis.literal(" ").join(parts))
    owned = _of_customers(texts.distinct(), tables, numbers)
    return owned.group_by("number").aggregate(names=owned.text.group_concat(" "))


def contacts(tables: IndexTables, numbers: ir.Table) -> ir.Table:
    """Return phone numbers and mail addresses of customers.

    Returns:
        One row per customer and contact: `kind`, `value`, `number`. A phone number is digits
        without the country code of the project; of a mail address all is kept.
    """
    wanted = tables.identifiers.filter(tables.identifiers.kind.lower().isin(CONTACT_KINDS))
    rows = normalise_identifiers(wanted, country=tables.country)
    text = ibis.coalesce(rows.normalised, rows.value.lower().strip())
    is_phone = rows.kind.lower() == "phone"
    digits = text.re_replace(r"[^0-9]", "")
    if tables.country:
        code = numbering_plan(tables.country).country_code
        digits = text.startswith(f"+{code}").ifelse(digits.substr(len(str(code))), digits)
    value = is_phone.ifelse(digits, text)
    owned = _of_customers(rows.mutate(value=value, kind=rows.kind.lower()), tables, numbers)
    return owned.select("kind", "value", "number").distinct()


def codes(tables: IndexTables, numbers: ir.Table) -> ir.Table:
    """Return the numbers by which a customer may be named: of orders, cards, records, their own.

    Returns:
        One row per customer, kind and number: `kind`, `code`, `number`.
    """
    others = tables.identifiers.filter(~tables.identifiers.kind.lower().isin(CONTACT_KINDS))
    orders = tables.transactions.select("source", "record_id", value="transaction_id")
    parts = [
        _of_customers(others, tables, numbers).select("kind", "value", "number"),
        _of_customers(orders.mutate(kind=ibis.literal("order")), tables, numbers),
        _of_customers(
            tables.members.select(
                "source", "record_id", value="record_id", kind=ibis.literal("record")
            ),
            tables,
            numbers,
        ),
        numbers.select("number", value="customer_id", kind=ibis.literal("customer")),
    ]
    rows = ibis.union(*(part.select("kind", "value", "number") for part in parts))
    code = rows.value.lower().re_replace(r"[^0-9a-z]+", "")
    coded = rows.select("kind", "number", code=code).filter(lambda t: t.code != "")
    return coded.distinct()


def _of_customers(rows: ir.Table, tables: IndexTables, numbers: ir.Table) -> ir.Table:
    """Add the number of the customer whose record each row is about; others go."""
    members = tables.members.select("source", "record_id", "customer_id")
    numbered = members.inner_join(numbers.select("customer_id", "number"), "customer_id")
    numbered = numbered.select("source", "record_id", "number")
    return rows.inner_join(numbered, ["source", "record_id"])


def _column(table: ir.Table, name: str, kind: str) -> ir.Value:
    """A column, or nulls where a snapshot of an older version has none."""
    return table[name].cast(kind) if name in table.columns else ibis.null(kind)
