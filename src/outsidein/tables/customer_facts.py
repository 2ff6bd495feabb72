"""What a noun adds to the table of customers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outsidein.tables.table import Column, Table

if TYPE_CHECKING:  # declarations are read where no engine is needed
    import ibis.expr.types as ir


def _as_they_are(rows: "ir.Table") -> "ir.Table":
    return rows


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Columns of a table that describe its customers, at most one row each.

    Attributes:
        table: Table that an earlier step wrote.
        columns: The columns, as the table of customers declares them.
        per_customer: Reduces `table` to one row per customer with these columns.
    """

    table: Table
    columns: Mapping[str, Column]
    per_customer: "Callable[[ir.Table], ir.Table]" = _as_they_are
