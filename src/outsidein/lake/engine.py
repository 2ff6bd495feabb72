"""The embedded engine: DuckDB in this process, behind Ibis."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.lake.sql import literal


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


def write_table(backend: Backend, table: ir.Table, path: Path, *, key: Sequence[str]) -> ir.Table:
    """Write a table in key order and return it as it now lies in the lake."""
    ordered = table.order_by(list(key))
    ordered.to_parquet(path, compression="zstd")
    return read_table(backend, path)


def read_table(backend: Backend, path: Path) -> ir.Table:
    """Read a table of the lake."""
    table: ir.Table = backend.read_parquet(str(path))
    return table
