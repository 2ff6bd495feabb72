"""Writing and reading the tables of a snapshot as they are declared."""

from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import read_table, write_table
from outsidein.tables.snapshot_rows import path_to_read
from outsidein.tables.table import Table

ROW_GROUP = 122_880
"""Rows in a row group, as the engine writes them: it reads row groups in parallel."""


def write_declared(backend: Backend, table: Table, rows: ir.Table, folder: Path) -> ir.Table:
    """Write a table in key order into a snapshot's folder.

    Args:
        backend: The engine.
        table: The declaration.
        rows: An expression with exactly the declared columns, in their order.
        folder: Folder of the snapshot.

    Returns:
        The table as it lies in the folder.

    Raises:
        ValueError: Names, order or types of the columns differ from the declaration.
    """
    check_columns(table, rows.schema())
    key = table.key or tuple(rows.columns)
    return write_table(backend, rows, declared_path(table, folder), key=key)


def write_declared_rows(
    table: Table, rows: pa.Table, folder: Path, *, compression: str = "zstd"
) -> Path:
    """Write rows that are in memory and already in key order; return where they lie.

    Raises:
        ValueError: Names, order or types of the columns differ from the declaration.
    """
    check_columns(table, ibis.Schema.from_pyarrow(rows.schema))
    path = declared_path(table, folder)
    pq.write_table(rows, path, compression=compression, row_group_size=ROW_GROUP)
    return path


def declared_path(table: Table, folder: Path) -> Path:
    """Return where a snapshot that is written now holds a table."""
    return folder / f"{table.name}.parquet"


def read_declared(backend: Backend, table: Table, folder: Path) -> ir.Table:
    """Read a table from a snapshot, with the present names of its columns.

    Raises:
        UnknownName: The snapshot does not hold the table.
    """
    rows = read_table(backend, path_to_read(table, folder))
    former = {new: old for old, new in table.former_columns.items() if old in rows.columns}
    return rows.rename(former) if former else rows


def empty_rows(table: Table) -> pa.Table:
    """Return a table without rows that has the declared columns."""
    return table.schema.to_pyarrow().empty_table()


def check_columns(table: Table, schema: ibis.Schema) -> None:
    """Check that a table has exactly the declared columns, in their order.

    Raises:
        ValueError: Names, order or types of the columns differ from the declaration.
    """
    if problem := _difference(table, schema):
        raise ValueError(f"Table {table.name!r} is not written as declared: {problem}.")


def _difference(table: Table, schema: ibis.Schema) -> str:
    """Describe how columns differ from the declared ones; empty where they do not."""
    declared = table.schema
    written = {n: k for n, k in schema.items() if n in declared or not table.is_open_column(n)}
    for name, kind in written.items():
        if name not in declared:
            return f"column {name!r} is not declared"
        if _nullable(kind) != _nullable(declared[name]):
            return f"column {name!r} is {kind}, declared is {declared[name]}"
    if missing := [name for name in declared if name not in written]:
        return f"column {missing[0]!r} is missing"
    return "" if list(written) == list(declared) else f"columns are in the order {list(written)}"


def _nullable(kind: dt.DataType) -> dt.DataType:
    return kind.copy(nullable=True)
