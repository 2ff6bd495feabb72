"""Comparands with what comparing and blocking read, one row per record, numbered."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.canonical.tables import TRAIT
from outsidein.identity.matching.comparands import KIND_SEPARATOR
from outsidein.lake.sql import literal, quoted

_numbers = count()

_DERIVED = {
    "initial": "left(given, 1)",
    "given_start": "left(given, 3)",
    "family_start": "left(family, 4)",
    "more_words": "list_filter(string_split(more_names, ' '), lambda w: length(w) > 2)",
    "more_initials": "list_transform(string_split(more_names, ' '), lambda w: left(w, 1))",
    "born": "lpad(strftime(born_on, '%Y%m%d'), 8, '0')",
    "born_year": "lpad(strftime(born_on, '%Y'), 4, '0')",
    "born_day": "nullif(strftime(born_on, '%m%d'), '0101')",
    "area": "left(postcode, greatest(length(postcode) - "
    "CASE WHEN regexp_matches(postcode, '[a-z]') THEN 3 ELSE 2 END, 1))",
    "dwelling": "street || ' ' || coalesce(house, '') || ' ' || coalesce(postcode, city)",
    "email": "emails[1]",
    "mailbox": "string_split(emails[1], '@')[1]",
    "phone": "phones[1]",
    "organisation_start": "left(organisation, 6)",
    "has_more_names": "more_names IS NOT NULL",
    "several_emails": "coalesce(length(emails) > 1, false)",
    "several_phones": "coalesce(length(phones) > 1, false)",
}
"""Columns reckoned from comparands, by name."""

_OF_TEXTS = {
    "first_of_": "left({}, 1)",
    "last_of_": "right({}, 1)",
    "is_long_": "length({}) > 3",
}
"""Columns reckoned from any text, by how their names begin."""


def prepare(backend: Backend, comparands: ir.Table, *, name: str = "prepared") -> ir.Table:
    """Lay out comparands as comparing reads them, as a temporary table of the engine.

    Args:
        backend: The engine.
        comparands: One row per record, as `comparands` gives it.
        name: Of the table; one of that name is replaced.

    Returns:
        The same rows with further columns, and numbered in no order (`i`).
    """
    backend.create_view(f"{name}_told", comparands, overwrite=True)
    told = ", ".join(f"{sql} AS {quoted(column)}" for column, sql in _DERIVED.items())
    backend.raw_sql(f"DROP VIEW IF EXISTS {quoted(name)}")
    backend.raw_sql(
        f"CREATE OR REPLACE TEMP TABLE {quoted(name + '_rows')} AS "
        f"SELECT *, {told} FROM {quoted(name + '_told')}"
    )
    backend.raw_sql(f"DROP VIEW {quoted(name + '_told')}")
    backend.raw_sql(
        f"CREATE TEMP VIEW {quoted(name)} AS SELECT rowid AS i, * FROM {quoted(name + '_rows')}"
    )
    return backend.table(name)


@contextmanager
def scratch(backend: Backend) -> Iterator["Scratch"]:
    """Give names for temporary tables and drop them in the end."""
    made = Scratch(backend, f"matching_{next(_numbers)}")
    try:
        yield made
    finally:
        made.drop()


class Scratch:
    """Temporary tables of one task."""

    def __init__(self, backend: Backend, prefix: str) -> None:
        self.backend = backend
        self.prefix = prefix
        self.tables: list[str] = []
        self.views: list[str] = []

    def table(self, name: str, query: str) -> str:
        """Fill a temporary table and return its name."""
        full = f"{self.prefix}_{name}"
        self.backend.con.execute(f"CREATE OR REPLACE TEMP TABLE {full} AS {query}")
        self.tables.append(full)
        return full

    def view(self, name: str, table: ir.Table | pa.Table) -> str:
        """Name an expression, or an Arrow table, and return the name."""
        full = f"{self.prefix}_{name}"
        named = ibis.memtable(table) if isinstance(table, pa.Table) else table
        self.backend.create_view(full, named, overwrite=True)
        self.views.append(full)
        return full

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Rows of a query."""
        found: list[tuple[object, ...]] = self.backend.con.execute(query).fetchall()
        return found

    def drop(self) -> None:
        """Drop all that was made."""
        for name in dict.fromkeys(self.tables):
            self.backend.raw_sql(f"DROP TABLE IF EXISTS {name}")
        for name in dict.fromkeys(self.views):
            self.backend.raw_sql(f"DROP VIEW IF EXISTS {quoted(name)}")


def kinds(made: Scratch, view: str) -> list[str]:
    """Kinds of identifier other than e-mail and phone, in order."""
    found = made.rows(
        f"SELECT DISTINCT split_part(unnest(others), {literal(KIND_SEPARATOR)}, 1) AS kind "
        f"FROM {view} ORDER BY kind"
    )
    return [str(kind) for (kind,) in found]


def traits(records: ir.Table) -> list[str]:
    """Names of the traits that are compared."""
    return [name for name in records.columns if name.startswith(TRAIT)]


def reckoned(names: Collection[str]) -> dict[str, str]:
    """How those of the named columns that are not there are reckoned from prepared records."""
    sql = {}
    for name in sorted(names):
        if name.startswith(tuple(_OF_TEXTS)):
            sql[name] = _of_text(name)
        elif name.startswith(("id_", "ids_", "several_ids_")):
            prefix = name.partition("id_" if name.startswith("id_") else "ids_")[2] + KIND_SEPARATOR
            held = f"list_filter(others, lambda o: starts_with(o, {literal(prefix)}))"
            ids = f"list_transform({held}, lambda o: substr(o, {len(prefix) + 1}))"
            several = f"coalesce(length({held}) > 1, false)"
            sql[name] = (
                several
                if name.startswith("several_")
                else ids
                if name.startswith("ids_")
                else f"{ids}[1]"
            )
    return sql


def _of_text(name: str) -> str:
    prefix, told = next(both for both in _OF_TEXTS.items() if name.startswith(both[0]))
    column = name.removeprefix(prefix)
    return told.format(reckoned([column]).get(column, quoted(column)))


def with_columns(table: str, columns: Collection[str], *, beside: Sequence[str] = ()) -> str:
    """Say how to read columns of prepared records: a query of `beside` and the columns, by name."""
    sql = reckoned(columns)
    told = [f"{sql.get(name, quoted(name))} AS {quoted(name)}" for name in sorted(columns)]
    return f"SELECT {', '.join([*beside, *told])} FROM {table}"


def readable(made: Scratch, records: str, columns: Collection[str]) -> str:
    """Name records that have all these columns, a table made for it where some are lacking."""
    lacking = reckoned(columns)
    if not lacking:
        return records
    told = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in lacking.items())
    return made.table("texts", f"SELECT *, {told} FROM {records}")
