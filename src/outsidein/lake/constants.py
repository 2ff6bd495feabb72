"""Constant columns of tables in the lake."""

from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import read_table, spool_table

LONGEST = 32
"""Longer texts may be truncated in a file's statistics."""

Constants = Mapping[str, ir.Scalar]


def constant_columns(path: Path) -> dict[str, ir.Scalar]:
    """Return the columns that hold one value in every row, by the file's statistics.

    As literals they cost nothing in scans, joins and sorts. Covers booleans, whole numbers, texts
    and columns of nulls; empty for a file without rows.
    """
    file = pq.ParquetFile(path)
    metadata = file.metadata
    if not metadata.num_rows:
        return {}
    kinds = ibis.Schema.from_pyarrow(file.schema_arrow)
    constants = {}
    for place, name in enumerate(file.schema_arrow.names):
        groups = [metadata.row_group(n).column(place) for n in range(metadata.num_row_groups)]
        values = {_constant_value(group) for group in groups}
        if len(values) == 1 and (value := values.pop()) is not ...:
            constants[name] = ibis.literal(value, type=kinds[name])
    return constants


def _constant_value(group: pq.ColumnChunkMetaData) -> object:
    """The value of every row in a column chunk; `...` if unknown or not constant."""
    statistics = group.statistics
    if statistics is None or not statistics.has_null_count:
        return ...
    if statistics.null_count == group.num_values:
        return None
    is_one = (
        statistics.null_count == 0 and statistics.has_min_max and statistics.min == statistics.max
    )
    is_whole = isinstance(statistics.min, bool | int) or len(str(statistics.min)) < LONGEST
    return (
        statistics.min
        if is_one and isinstance(statistics.min, bool | int | str) and is_whole
        else ...
    )


def read_table_with_constants(backend: Backend, path: Path) -> ir.Table:
    """Read a table of the lake, with constant columns as literals."""
    table = read_table(backend, path)
    return with_constants(table, constant_columns(path), table.columns)


def spool_table_with_constants(
    backend: Backend, table: ir.Table, path: Path, constants: Constants
) -> ir.Table:
    """Write a table as `spool_table` does, without its constant columns."""
    kept = {name: value for name, value in constants.items() if name in table.columns}
    varying = table.drop(*kept) if len(kept) < len(table.columns) else table
    return with_constants(spool_table(backend, varying, path), kept, table.columns)


def with_constants(table: ir.Table, constants: Constants, columns: tuple[str, ...]) -> ir.Table:
    """Add the constants, in the order of `columns`."""
    return table.mutate(**constants).select(*columns)
