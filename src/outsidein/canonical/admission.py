"""From what a project's models select to canonical rows, and the rows that are turned away."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ibis.backends import BaseBackend

from outsidein.canonical.checked import Checked, checked
from outsidein.canonical.model_errors import model_error
from outsidein.canonical.query import Query
from outsidein.canonical.repeated_keys import has_repeated_key
from outsidein.canonical.tables import CanonicalTable
from outsidein.errors import ProjectError, QueryError
from outsidein.lake.queries import create_temp_view, first_row, write_query
from outsidein.lake.sql import file_list


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of one canonical table's rows."""

    table: str
    models: int
    admitted: int
    rejected: int
    placeholders: int


def admit(
    backend: BaseBackend,
    table: CanonicalTable,
    models: Sequence[Query],
    *,
    currency: str,
    rows_to: Path,
    rejects_to: Path,
) -> Admission:
    """Write the rows of `models` that satisfy `table`, in key order, and those that do not.

    A row is turned away for the first of: a value of the wrong type, a missing required
    value, a failed check, a key that an earlier row has.

    Raises:
        ProjectError: A model does not run, lacks a required column or has an unknown one, or its
            amounts add up to more than any firm's.
    """
    rows = checked(backend, table, models, currency=currency)
    create_temp_view(backend, "checked", rows.sql)
    try:
        placeholders = _placeholders(backend)
        accepted, rejects, constants = _accepted_and_rejects(backend, rows)
        _write_rows(backend, rows.in_key_order(accepted, constants), rows_to)
        if has_repeated_key(rows_to, table.key):
            accepted, repeated = _first_and_repeated(table)
            rejects = f"{rejects} UNION ALL BY NAME {repeated}"
            _write_rows(backend, rows.in_key_order(accepted, constants), rows_to)
        _write_rejects(backend, rejects, rejects_to)
    except QueryError as error:
        raise _error_of_model(backend, models, rows.relations, error) from error
    _refuse_overflow(backend, table, models, rows_to)
    admitted, rejected = (_count(backend, path) for path in (rows_to, rejects_to))
    return Admission(table.name, len(models), admitted, rejected, placeholders)


def _placeholders(backend: BaseBackend) -> int:
    """Count the dates left out of accepted rows because they stand for none."""
    query = "SELECT sum(_placeholders) FILTER (_reason IS NULL) FROM checked"
    (number,) = first_row(backend, query)
    return int(number or 0)


def _accepted_and_rejects(backend: BaseBackend, rows: Checked) -> tuple[str, str, dict[str, str]]:
    """Return queries for the accepted rows and the rejects, and the source if all rows share it.

    Most tables have no bad row: to look first costs less than to filter all rows.
    """
    source = "source" if "source" in rows.supplied else "NULL"
    failed, first, last = first_row(
        backend, f"SELECT count(_reason), min({source}), max({source}) FROM checked"
    )
    constants = {"source": first} if first is not None and first == last else {}
    accepted = f"SELECT * FROM checked {'WHERE _reason IS NULL' if failed else ''}"
    rejects = f"SELECT * FROM checked WHERE {'_reason IS NOT NULL' if failed else 'false'}"
    return accepted, rejects, constants


def _first_and_repeated(table: CanonicalTable) -> tuple[str, str]:
    """Return queries for the first row of each key, and for the others."""
    numbered = _numbered_by_key(table)
    first = f"SELECT * FROM ({numbered}) WHERE _turn = 1"
    return first, f"SELECT * FROM ({numbered}) WHERE _turn > 1"


def _error_of_model(
    backend: BaseBackend,
    models: Sequence[Query],
    relations: Sequence[str],
    error: QueryError,
) -> Exception:
    """Return the error of the first model whose rows cannot be read alone; `error` if none."""
    for model, relation in zip(models, relations, strict=True):
        try:
            first_row(backend, f"SELECT max(COLUMNS(*)) FROM ({relation})")
        except QueryError as own:
            return model_error(backend, model, own)
    return error


def stage(backend: BaseBackend, query: Query) -> None:
    """Make a query a view that other queries of the project may read.

    Raises:
        ProjectError: It does not run.
    """
    try:
        create_temp_view(backend, query.name, query.sql)
    except QueryError as error:
        raise model_error(backend, query, error) from error


def _write_rows(backend: BaseBackend, query: str, path: Path) -> None:
    write_query(backend, query, path, compression="zstd")


def _numbered_by_key(table: CanonicalTable) -> str:
    key = ", ".join(table.key)
    return (
        "SELECT * REPLACE ('another row has the same key' AS _reason), row_number() OVER "
        f"(PARTITION BY {key} ORDER BY _origin, _raw) AS _turn FROM checked WHERE _reason IS NULL"
    )


def _write_rejects(backend: BaseBackend, rejects: str, path: Path) -> None:
    write_query(
        backend,
        "SELECT _origin AS origin, CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS "
        "line, NULLIF(_failed, '') AS \"column\", _reason AS reason, _raw AS raw "
        f"FROM ({rejects}) ORDER BY ALL",
        path,
    )


def _refuse_overflow(
    backend: BaseBackend, table: CanonicalTable, models: Sequence[Query], rows: Path
) -> None:
    """Refuse amounts whose sum later sums could not hold."""
    if not (table.money and models):
        return
    sums = ", ".join(f"sum(abs({name}))" for name in table.money)
    totals = first_row(backend, f"SELECT {sums} FROM read_parquet({file_list([rows])})")
    for name, total in zip(table.money, totals, strict=True):
        if total is not None and total > table.most_money:
            raise ProjectError(
                models[0].path,
                name,
                f"adds up to more than {table.most_money:,} minor units; is it an amount?",
            )


def _count(backend: BaseBackend, path: Path) -> int:
    (rows,) = first_row(backend, f"SELECT count(*) FROM read_parquet({file_list([path])})")
    return int(rows)
