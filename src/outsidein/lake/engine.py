"""The embedded engine: DuckDB in this process, behind Ibis."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend
from ibis.backends.sql.datatypes import DuckDBType

from outsidein.lake.sql import literal, quoted


def connect(
    *, timezone: str = "UTC", threads: int | None = None, spill: Path | None = None
) -> Backend:
    """Open an engine of its own, in memory.

    Args:
        timezone: Zone in which moments without one are read and days are told (IANA name).
        threads: How many threads; as many as there are cores when not said.
        spill: Folder for what does not fit into memory.
    """
    settings = {"threads": threads} if threads else {}
    if spill:
        spill.mkdir(parents=True, exist_ok=True)
        settings["temp_directory"] = str(spill)  # type: ignore[assignment]
    backend = ibis.duckdb.connect(**settings)
    backend.raw_sql(f"SET TimeZone = {literal(timezone)}")
    backend.raw_sql("SET enable_progress_bar = false")
    return backend


def close(backend: Backend) -> None:
    """Close an engine, once nothing is left that would still have to tell it to drop a table."""
    gc.collect()
    backend.disconnect()


def write_table(backend: Backend, table: ir.Table, path: Path, *, key: Sequence[str]) -> ir.Table:
    """Write a table in key order and return it as it now lies in the lake.

    Every column is cast to the type that the expression says it has: DuckDB sums integers to
    its HUGEINT, which Parquet would hold as a float. A zero is never negative: its sign depends
    on the processor.
    """
    order = ", ".join(quoted(name) for name in key)
    _copy(backend, table, path, f"ORDER BY {order}", "zstd")
    return read_table(backend, path)


def spool_table(backend: Backend, table: ir.Table, path: Path) -> ir.Table:
    """Write a table that only this build reads, in no order, and return it as it lies there.

    Use it for what several steps read, so that they do not each reckon it anew.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _copy(backend, table, path, "", "snappy")
    return read_table(backend, path)


def hold_table(backend: Backend, table: ir.Table, name: str) -> ir.Table:
    """Hold a table in the engine under a name, until it is dropped; one of that name goes."""
    with _compiled(backend, table) as query:
        backend.raw_sql(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {query}")
    return backend.table(name, database=("temp", "main"))


def _copy(backend: Backend, table: ir.Table, path: Path, order: str, compression: str) -> None:
    columns = ", ".join(
        f"CAST({quoted(name)} AS {duckdb_type(kind)}){' + 0' if kind.is_floating() else ''} "
        f"AS {quoted(name)}"
        for name, kind in table.schema().items()
    )
    with _compiled(backend, table) as query:
        backend.raw_sql(
            f"COPY (SELECT {columns} FROM ({query}) {order}) TO {literal(path)} "
            f"(FORMAT parquet, COMPRESSION {compression})"
        )


@contextmanager
def _compiled(backend: Backend, table: ir.Table) -> Iterator[str]:
    """The table's SQL; what lies in Python's memory is made known to the engine by a view.

    Functions written in Python it knows once a query of Ibis has called them, be it for nothing.
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
    """Name in DuckDB of an Ibis type.

    Example:
        >>> duckdb_type("timestamp('UTC', 6)")
        'TIMESTAMPTZ'
    """
    return str(DuckDBType.to_string(ibis.dtype(kind)))
