"""Canonical tables as they were known before the build's day, with the customer of each row."""

from outsidein.canonical.tables import CANONICAL, CanonicalTable
from outsidein.tables.columns import PERSON_KEY
from outsidein.tables.table import Column, Table


def _with_customer(table: CanonicalTable) -> Table:
    columns = {name: table.columns.get(name, Column("date")) for name in table.all_columns}
    if "record_id" in columns:
        columns["customer_id"] = PERSON_KEY
    return Table(
        f"{table.name}_of_customers",
        table.grain,
        table.key,
        columns,
        open_prefix=table.open_prefix,
        is_kept=False,
    )


CUSTOMER_TABLES = {name: _with_customer(table) for name, table in CANONICAL.items()}
"""By the name of the canonical table; those that name no record have no `customer_id`."""


def customer_tables(*names: str) -> tuple[Table, ...]:
    """Return some of them, to declare what a step reads."""
    return tuple(CUSTOMER_TABLES[name] for name in names)
