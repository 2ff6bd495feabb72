"""SQL over the tables of a snapshot: reads them, and nothing else."""

import pyarrow as pa

from outsidein.errors import InputError, QueryError, UnknownName
from outsidein.lake.queries import create_temp_view, forbid_other_files, missing_table, select_rows
from outsidein.lake.snapshot_reading import Reading
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.tables.snapshot_rows import existing_path
from outsidein.workspace.reading import open_snapshot


def sql_rows(snapshot: Snapshot, sql: str, *, timezone: str) -> pa.Table:
    """Return the rows of one SELECT over the tables of a snapshot.

    The query can neither write nor read any other file.

    Args:
        snapshot: Whose tables are read, under their present names.
        sql: One SELECT in DuckDB's dialect.
        timezone: Zone in which days begin (IANA name).

    Raises:
        UnknownName: The snapshot has no such table.
        InputError: It is not one SELECT, or the engine refuses it.
    """
    paths = {
        table.name: path
        for table in CATALOGUE.values()
        if (path := existing_path(table, snapshot.folder))
    }
    with open_snapshot(snapshot, timezone=timezone) as reading:
        for name in paths:
            _create_view(reading, name)
        forbid_other_files(reading.backend, paths.values())
        try:
            return select_rows(reading.backend, sql)
        except QueryError as error:
            if missing := missing_table(error):
                raise UnknownName("table", missing, paths) from error
            raise InputError(f"SQL: {error}") from error


def _create_view(reading: Reading, name: str) -> None:
    create_temp_view(reading.backend, name, str(reading.backend.compile(reading.table(name))))
