"""Comparands with what comparing and blocking read, one row per record, numbered in key order."""

from collections.abc import Iterator, Sequence
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
}
"""Columns reckoned from comparands, by name."""


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


def traits(comparands: ir.Table) -> list[str]:
    """Names of the traits that are compared."""
    return [name for name in comparands.columns if name.startswith(TRAIT)]


def reckoned(names: Sequence[str]) -> dict[str, str]:
    """How those of the named columns that are not comparands themselves are reckoned from them."""
    sql = {}
    for name in names:
        if name in _DERIVED:
            sql[name] = _DERIVED[name]
        elif name.startswith(("id_", "ids_")):
            prefix = name.partition("_")[2] + KIND_SEPARATOR
            held = f"list_filter(others, lambda o: starts_with(o, {literal(prefix)}))"
            ids = f"list_transform({held}, lambda o: substr(o, {len(prefix) + 1}))"
            sql[name] = ids if name.startswith("ids_") else f"{ids}[1]"
    return sql


def table(made: Scratch) -> str:
    """Name of the table of prepared records."""
    return f"{made.prefix}_prepared"


def prepare(
    made: Scratch,
    view: str,
    columns: Sequence[str],
    kinds: Sequence[str],
    *,
    seed: int = 0,
) -> str:
    """Make the table of prepared records, with a random order of them in `shuffled`.

    Args:
        made: Where to.
        view: The comparands.
        columns: Their columns.
        kinds: Kinds of identifier to set apart.
        seed: Seed of the order.
    """
    order = f"md5_number(concat_ws(chr(31), {seed}, source, record_id)), source, record_id"
    numbered = prepared_sql(view, columns, kinds)
    shuffled = f"row_number() OVER (ORDER BY {order}) - 1 AS shuffled"
    return made.table("prepared", f"SELECT *, {shuffled} FROM ({numbered})")


def prepared_sql(view: str, columns: Sequence[str], kinds: Sequence[str]) -> str:
    """Say how records are prepared: what is reckoned from them, and a number `i` by key."""
    kept = [f"v.{quoted(name)}" for name in columns if name not in {"others", "party_kind"}]
    names = [*_DERIVED, *(f"{start}_{kind}" for kind in kinds for start in ("ids", "id"))]
    derived = [f"{sql} AS {quoted(name)}" for name, sql in reckoned(names).items()]
    number = "row_number() OVER (ORDER BY source, record_id) - 1 AS i"
    return f"SELECT {', '.join([*kept, *derived])}, {number} FROM {view} v"
