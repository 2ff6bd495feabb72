"""Columns of a table in the lake that hold one value all the way down."""

from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import read_table, spool_table

LONGEST = 32
"""Longer texts may be cut short in a file's statistics."""

Constants = Mapping[str, ir.Scalar]


def constant_columns(path: Path) -> dict[str, ir.Scalar]:
    """Find the columns of which a file's own statistics say that every row holds one value.

    An engine that is told so leaves them out of scans, joins and sorts. Truth values, whole
    numbers, texts and columns of nulls are looked at; in a file without rows nothing is.
    """
    file = pq.ParquetFile(path)
    metadata = file.metadata
    if not metadata.num_rows:
        return {}
    kinds = ibis.Schema.from_pyarrow(file.schema_arrow)
    found = {}
    for place, name in enumerate(file.schema_arrow.names):
        groups = [metadata.row_group(n).column(place) for n in range(metadata.num_row_groups)]
        values = {_value(group) for group in groups}
        if len(values) == 1 and (value := values.pop()) is not ...:
            found[name] = ibis.literal(value, type=kinds[name])
    return found


def _value(group: pq.ColumnChunkMetaData) -> object:
    """The value every row of a column's chunk holds; `...` where that cannot be told."""
    seen = group.statistics
    if seen is None or not seen.has_null_count:
        return ...
    if seen.null_count == group.num_values:
        return None
    is_one = seen.null_count == 0 and seen.has_min_max and seen.min == seen.max
    is_whole = isinstance(seen.min, bool | int) or len(str(seen.min)) < LONGEST
    return seen.min if is_one and isinstance(seen.min, bool | int | str) and is_whole else ...


def read_lean(backend: Backend, path: Path) -> ir.Table:
    """Read a table of the lake, its constant columns as literals."""
    table = read_table(backend, path)
    return with_constants(table, constant_columns(path), table.columns)


def spool_lean(backend: Backend, table: ir.Table, path: Path, constants: Constants) -> ir.Table:
    """Write a table as `spool_table` does, but for the columns known to be constant."""
    kept = {name: value for name, value in constants.items() if name in table.columns}
    varying = table.drop(*kept) if len(kept) < len(table.columns) else table
    return with_constants(spool_table(backend, varying, path), kept, table.columns)


def with_constants(table: ir.Table, constants: Constants, columns: tuple[str, ...]) -> ir.Table:
    """Put the constants in their places among the columns."""
    return table.mutate(**constants).select(*columns)
