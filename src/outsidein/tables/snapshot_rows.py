"""Reading the tables of a snapshot into memory; loads no engine."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from outsidein.errors import UnknownName

if TYPE_CHECKING:
    import pyarrow as pa

    from outsidein.tables.table import Table


def read_declared_rows(table: "Table", folder: Path) -> "pa.Table":
    """Read a table from a snapshot into memory, with the present names of its columns.

    Raises:
        UnknownName: The snapshot does not hold the table.
    """
    with pq.ParquetFile(path_to_read(table, folder)) as file:  # read_table would load pandas
        rows = file.read()
    former = table.former_columns
    return rows.rename_columns([former.get(name, name) for name in rows.column_names])


def existing_path(table: "Table", folder: Path) -> Path | None:
    """Return where a snapshot holds a table, be it under a former name; None if it does not."""
    paths = (folder / f"{name}.parquet" for name in (table.name, *table.formerly))
    return next((path for path in paths if path.exists()), None)


def path_to_read(table: "Table", folder: Path) -> Path:
    """Return where a snapshot holds a table, be it under a former name.

    Raises:
        UnknownName: The snapshot does not hold the table.
    """
    path = existing_path(table, folder)
    if path is None:
        available = (path.stem for path in folder.glob("*.parquet"))
        raise UnknownName("table", table.name, available)
    return path
