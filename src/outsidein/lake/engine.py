"""The embedded engine: in-process DuckDB behind Ibis."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend
from ibis.backends.sql.datatypes import DuckDBType

from outsidein.errors import InputError
from outsidein.lake.sql import literal, quoted

ibis.options.sql.fuse_selects = False
"""Ibis leaves nested queries as they are: the engine's optimiser merges them in less time."""

_OPENING = Lock()
"""Held while an engine opens: of forty threads that opened one at once some waited for ever."""


def connect(
    *, timezone: str = "UTC", threads: int | None = None, spill: Path | None = None
) -> Backend:
    """Open a new in-memory engine.

    Args:
        timezone: Time zone of days, and of moments without one (IANA name).
        threads: Number of threads; by default one per core.
        spill: Folder for data that does not fit into memory.
    """
    settings = {"threads": threads} if threads else {}
    if spill:
        spill.mkdir(parents=True, exist_ok=True)
        settings["temp_directory"] = str(spill)  # type: ignore[assignment]
    with _OPENING:
        backend = ibis.duckdb.connect(**settings)
    backend.raw_sql(f"SET TimeZone = {literal(timezone)}")
    backend.raw_sql("SET enable_progress_bar = false")
    return backend


def connect_beside(backend: Backend, *, timezone: str) -> Backend:
    """Open a further connection to an engine, for another thread; its views are its own."""
    beside: Backend = ibis.duckdb.from_connection(backend.con.cursor())
    beside.raw_sql(f"SET TimeZone = {literal(timezone)}")
    return beside


def close(backend: Backend) -> None:
    """Close an engine, after collecting Ibis objects that still drop their tables on it."""
    gc.collect()
    backend.disconnect()


def write_table(backend: Backend, table: ir.Table, path: Path, *, key: Sequence[str]) -> ir.Table:
    """Write a table in key order and return the written table.

    Every column is cast to its declared type: DuckDB sums integers to HUGEINT, which Parquet would
    store as a float. A zero is never negative: its sign depends on the processor.
    """
    order = ", ".join(quoted(name) for name in key)
    _copy(backend, table, path, f"ORDER BY {order}", "zstd")
    return read_table(backend, path)


def spool_table(backend: Backend, table: ir.Table, path: Path) -> ir.Table:
    """Write an unordered intermediate table and return the written table.

    Use it for tables that several steps read, so that each is computed once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _copy(backend, table, path, "", "snappy")
    return read_table(backend, path)


def hold_table(backend: Backend, table: ir.Table, name: str) -> ir.Table:
    """Create or replace a temporary table in the engine."""
    with _compiled_sql(backend, table) as query:
        backend.raw_sql(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {query}")
    return backend.table(name, database=("temp", "main"))


def _copy(backend: Backend, table: ir.Table, path: Path, order: str, compression: str) -> None:
    columns = ", ".join(
        f"CAST({quoted(name)} AS {duckdb_type(kind)}){' + 0' if kind.is_floating() else ''} "
        f"AS {quoted(name)}"
        for name, kind in table.schema().items()
    )
    with _compiled_sql(backend, table) as query, _disk_problems(path):
        backend.raw_sql(
            f"COPY (SELECT {columns} FROM ({query}) {order}) TO {literal(path)} "
            f"(FORMAT parquet, COMPRESSION {compression})"
        )


@contextmanager
def _disk_problems(path: Path) -> Iterator[None]:
    """Raise the engine's errors of the disk as errors that say which file.

    Raises:
        InputError: The file cannot be written.
    """
    try:
        yield
    except duckdb.IOException as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"{path} cannot be written: {reason}") from error


@contextmanager
def _compiled_sql(backend: Backend, table: ir.Table) -> Iterator[str]:
    """Compile a table to SQL, with a view over its in-memory data while the body runs.

    Ibis registers a Python function when a query calls it; a call on nulls is enough.
    """
    for function in {type(node): node for node in table.op().find(ops.ScalarUDF)}.values():
        nothing = (ibis.null(argument.dtype) for argument in function.args)
        backend.to_pyarrow(type(function)(*nothing).to_expr())
    if not table.op().find(ops.InMemoryTable):
        yield str(backend.compile(table))
        return
    backend.create_view("written", table, overwrite=True)
    yield "FROM written"
    backend.drop_view("written")


def read_table(backend: Backend, path: Path) -> ir.Table:
    """Read a table of the lake."""
    table: ir.Table = backend.read_parquet(str(path))
    return table


@cache
def duckdb_type(kind: ibis.DataType | str) -> str:
    """Return the DuckDB name of an Ibis type.

    Example:
        >>> duckdb_type("timestamp('UTC', 6)")
        'TIMESTAMPTZ'
    """
    return str(DuckDBType.to_string(ibis.dtype(kind)))
