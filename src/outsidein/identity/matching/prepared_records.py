"""Comparands with what comparing and blocking read, one row per record, numbered."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.canonical.tables import TRAIT
from outsidein.identity.matching.record_features import KIND_SEPARATOR
from outsidein.lake.engine import hold_table
from outsidein.lake.sql import literal, quoted

_numbers = count()

_PREPARED, _ROWS = "prepared", "prepared_rows"

_OF_TEXTS = {
    "first_of_": "left({}, 1)",
    "last_of_": "right({}, 1)",
    "is_long_": "length({}) > 3",
}
"""Columns reckoned from any text, by how their names begin."""


def prepare(backend: Backend, comparands: ir.Table) -> ir.Table:
    """Lay out comparands as comparing reads them, as a temporary table of the engine.

    It holds one such table, until it is dropped (`drop_prepared`).

    Args:
        backend: The engine.
        comparands: One row per record, as `comparands` gives it.

    Returns:
        The same rows with further columns, and numbered in no order (`i`).
    """
    drop_prepared(backend)
    hold_table(backend, comparands.mutate(**_read_from(comparands)), _ROWS)
    backend.raw_sql(f"CREATE TEMP VIEW {_PREPARED} AS SELECT rowid AS i, * FROM {_ROWS}")
    return backend.table(_PREPARED)


def drop_prepared(backend: Backend) -> None:
    """Drop what `prepare` laid out, so that it takes no memory."""
    backend.raw_sql(f"DROP VIEW IF EXISTS {_PREPARED}")
    backend.raw_sql(f"DROP TABLE IF EXISTS {_ROWS}")


def _read_from(told: ir.Table) -> dict[str, ir.Value]:
    """Columns that comparing and blocking read, reckoned from comparands."""
    words = told.more_names.split(" ")
    has_letter = told.postcode.re_search("[a-z]")
    born = told.born_on.cast("string").replace("-", "")
    home = told.street + " " + told.house.fill_null("")
    mail = told.emails[0]
    return {
        "initial": _left(told.given, 1),
        "given_start": _left(told.given, 3),
        "family_start": _left(told.family, 4),
        "more_words": words.filter(lambda word: word.length() > 2),  # noqa: PLR2004  no initials
        "more_initials": words.map(lambda word: _left(word, 1)),
        "has_more_names": told.more_names.notnull(),
        "born": born,
        "born_year": _left(born, 4),
        "born_day": _right(born, 4).nullif("0101"),
        "area": _left(
            told.postcode, ibis.greatest(told.postcode.length() - has_letter.ifelse(3, 2), 1)
        ),
        "dwelling": home + " " + ibis.coalesce(told.postcode, told.city),
        "email": mail,
        "mailbox": mail.split("@")[0],
        "several_emails": (told.emails.length() > 1).fill_null(False),  # noqa: FBT003
        "phone": told.phones[0],
        "several_phones": (told.phones.length() > 1).fill_null(False),  # noqa: FBT003
        "organisation_start": _left(told.organisation, 6),
    }


@ibis.udf.scalar.builtin(name="left")  # type: ignore[untyped-decorator]
def _left(text: str, letters: int) -> str:  # type: ignore[empty-body]
    """DuckDB's own: the first letters of a text."""


@ibis.udf.scalar.builtin(name="right")  # type: ignore[untyped-decorator]
def _right(text: str, letters: int) -> str:  # type: ignore[empty-body]
    """DuckDB's own: the last letters of a text."""


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

    def forget(self, *tables: str) -> None:
        """Drop tables that nothing reads any more, so that they take no memory."""
        for name in tables:
            self.backend.raw_sql(f"DROP TABLE {name}")
            self.tables.remove(name)

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
