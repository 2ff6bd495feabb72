"""Comparands with what comparing and blocking read, one row per record, numbered in key order."""

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


def reckoned(names: Collection[str]) -> dict[str, str]:
    """How those of the named columns that are not comparands themselves are reckoned from them."""
    sql = {}
    for name in sorted(names):
        if name in _DERIVED:
            sql[name] = _DERIVED[name]
        elif name.startswith(tuple(_OF_TEXTS)):
            made, column = next((sql, p) for p, sql in _OF_TEXTS.items() if name.startswith(p))
            column = name.removeprefix(column)
            sql[name] = made.format(reckoned([column]).get(column, quoted(column)))
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


def with_columns(table: str, columns: Collection[str], *, beside: Sequence[str] = ()) -> str:
    """Say how to reckon columns from comparands: a query of `beside` and the columns, by name."""
    sql = reckoned(columns)
    told = [f"{sql.get(name, quoted(name))} AS {quoted(name)}" for name in sorted(columns)]
    return f"SELECT {', '.join([*beside, *told])} FROM {table}"


def numbered(made: Scratch, view: str, *, seed: int | None = None) -> str:
    """Number the records of a view by key, in the column `i`.

    Args:
        made: Where to keep the numbers, as the table `keys`.
        view: The comparands.
        seed: If given, `shuffled` numbers them in a random order of this seed.

    Returns:
        A query: the comparands with their numbers.
    """
    number = "row_number() OVER (ORDER BY source, record_id) - 1 AS i"
    if seed is not None:
        order = f"md5_number(concat_ws(chr(31), {seed}, source, record_id)), source, record_id"
        number += f", row_number() OVER (ORDER BY {order}) - 1 AS shuffled"
    keys = made.table("keys", f"SELECT source, record_id, {number} FROM {view}")
    return f"(SELECT * FROM {view} JOIN {keys} USING (source, record_id))"


def prepare(made: Scratch, records: str, columns: Collection[str], pairs: Sequence[str]) -> str:
    """Make the table of prepared records: what comparing reads of those that stand in a pair.

    Args:
        made: Where to.
        records: Comparands with their numbers, from `numbered`.
        columns: What comparing reads.
        pairs: Tables of pairs: `li`, `ri`.
    """
    ends = " UNION ALL ".join(f"SELECT {end} FROM {name}" for name in pairs for end in ("li", "ri"))
    kept = f"(SELECT * FROM {records} WHERE i IN ({ends}))"
    return made.table("prepared", with_columns(kept, columns, beside=("i", "source", "record_id")))
