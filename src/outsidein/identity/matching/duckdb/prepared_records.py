"""Features with the columns that comparing and blocking read, one numbered row per record."""

from collections.abc import Collection, Sequence

import ibis
import ibis.expr.types as ir

from outsidein.canonical.tables import TRAIT
from outsidein.identity.matching.duckdb.work_tables import WorkTables
from outsidein.identity.matching.record_features import KIND_SEPARATOR
from outsidein.lake.engine import hold_table
from outsidein.lake.scratch import Scratch
from outsidein.lake.sql import literal, quoted

_OF_TEXTS = {
    "first_of_": "left({}, 1)",
    "last_of_": "right({}, 1)",
    "is_long_": "length({}) > 3",
}
"""Columns reckoned from any text, by how their names begin."""


def prepare_records(temporary: Scratch, features: ir.Table) -> ir.Table:
    """Add the columns that comparing and blocking read, and number the rows.

    Args:
        temporary: Holds the result until it is closed.
        features: One row per record, from `record_features`.

    Returns:
        The same rows with further columns, numbered in no particular order (`i`).
    """
    rows, view = temporary.table_name("prepared_rows"), temporary.view_name("prepared")
    hold_table(temporary.backend, features.mutate(**_derived_columns(features)), rows)
    temporary.backend.raw_sql(f"CREATE TEMP VIEW {view} AS SELECT rowid AS i, * FROM {rows}")
    return temporary.backend.table(view)


def _derived_columns(features: ir.Table) -> dict[str, ir.Value]:
    """Columns that comparing and blocking read, computed from the features."""
    words = features.more_names.split(" ")
    has_letter = features.postcode.re_search("[a-z]")
    born = features.born_on.cast("string").replace("-", "")
    home = features.street + " " + features.house.fill_null("")
    mail = features.emails[0]
    return {
        "initial": _left(features.given, 1),
        "given_start": _left(features.given, 3),
        "family_start": _left(features.family, 4),
        "more_words": words.filter(lambda word: word.length() > 2),  # noqa: PLR2004  no initials
        "more_initials": words.map(lambda word: _left(word, 1)),
        "has_more_names": features.more_names.notnull(),
        "born": born,
        "born_year": _left(born, 4),
        "born_day": _right(born, 4).nullif("0101"),
        "area": _left(
            features.postcode,
            ibis.greatest(features.postcode.length() - has_letter.ifelse(3, 2), 1),
        ),
        "dwelling": home + " " + ibis.coalesce(features.postcode, features.city),
        "email": mail,
        "mailbox": mail.split("@")[0],
        "mailbox_letters": mail.split("@")[0].re_replace("[0-9]", ""),
        "several_emails": (features.emails.length() > 1).fill_null(False),  # noqa: FBT003
        "phone": features.phones[0],
        "several_phones": (features.phones.length() > 1).fill_null(False),  # noqa: FBT003
        "organisation_start": _left(features.organisation, 6),
    }


@ibis.udf.scalar.builtin(name="left")  # type: ignore[untyped-decorator]
def _left(text: str, letters: int) -> str:  # type: ignore[empty-body]
    """DuckDB's own: the first letters of a text."""


@ibis.udf.scalar.builtin(name="right")  # type: ignore[untyped-decorator]
def _right(text: str, letters: int) -> str:  # type: ignore[empty-body]
    """DuckDB's own: the last letters of a text."""


def other_identifier_kinds(work: WorkTables, view: str) -> list[str]:
    """Kinds of identifier other than e-mail and phone, in order."""
    rows = work.rows(
        f"SELECT DISTINCT split_part(unnest(others), {literal(KIND_SEPARATOR)}, 1) AS kind "
        f"FROM {view} ORDER BY kind"
    )
    return [str(kind) for (kind,) in rows]


def trait_columns(records: ir.Table) -> list[str]:
    """Names of the traits that are compared."""
    return [name for name in records.columns if name.startswith(TRAIT)]


def computed_columns_sql(names: Collection[str]) -> dict[str, str]:
    """How those of the named columns that are not there are reckoned from prepared records."""
    sql = {}
    for name in sorted(names):
        if name.startswith(tuple(_OF_TEXTS)):
            sql[name] = _of_text(name)
        elif name.startswith(("id_", "ids_", "several_ids_")):
            prefix = name.partition("id_" if name.startswith("id_") else "ids_")[2] + KIND_SEPARATOR
            of_kind = f"list_filter(others, lambda o: starts_with(o, {literal(prefix)}))"
            ids = f"list_transform({of_kind}, lambda o: substr(o, {len(prefix) + 1}))"
            several = f"coalesce(length({of_kind}) > 1, false)"
            sql[name] = (
                several
                if name.startswith("several_")
                else ids
                if name.startswith("ids_")
                else f"{ids}[1]"
            )
    return sql


def _of_text(name: str) -> str:
    prefix, template = next(entry for entry in _OF_TEXTS.items() if name.startswith(entry[0]))
    column = name.removeprefix(prefix)
    return template.format(computed_columns_sql([column]).get(column, quoted(column)))


def select_columns_sql(table: str, columns: Collection[str], *, beside: Sequence[str] = ()) -> str:
    """Say how to read columns of prepared records: a query of `beside` and the columns, by name."""
    sql = computed_columns_sql(columns)
    selected = [f"{sql.get(name, quoted(name))} AS {quoted(name)}" for name in sorted(columns)]
    return f"SELECT {', '.join([*beside, *selected])} FROM {table}"


def with_text_columns(work: WorkTables, records: str, columns: Collection[str]) -> str:
    """Name records that have all these columns, a table work for it where some are lacking."""
    lacking = computed_columns_sql(columns)
    if not lacking:
        return records
    added = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in lacking.items())
    return work.table("texts", f"SELECT *, {added} FROM {records}")
