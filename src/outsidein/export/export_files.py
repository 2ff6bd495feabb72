"""Writing an export: a folder with one file per table, or with one DuckDB file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from outsidein.errors import InputError, QueryError
from outsidein.export.choices import FileFormat
from outsidein.export.exported_table import FIGURES, ExportedTable
from outsidein.export.replaced_folder import ABOUT, replaced_folder
from outsidein.lake.csv_files import write_csv
from outsidein.lake.duckdb_file import new_database_file
from outsidein.lake.queries import row_batches, write_query
from outsidein.lake.snapshot_reading import Reading

DATABASE = "outsidein.duckdb"


def write_export(
    reading: Reading,
    tables: Sequence[ExportedTable],
    folder: Path,
    *,
    file_format: FileFormat,
    about: Mapping[str, Any],
    is_private: bool,
) -> None:
    """Write an export into a folder, which is replaced whole, with what it holds in `export.json`.

    Args:
        reading: Engine of the tables.
        tables: What to write.
        folder: Where.
        file_format: How.
        about: Where the export comes from.
        is_private: Whether only the owner of the folder may read it.

    Raises:
        InputError: The folder holds what no export wrote, or cannot be written.
    """
    listed = [_listed(table, file_format) for table in tables]
    with replaced_folder(folder, is_private=is_private) as new:
        try:
            _write_tables(reading, tables, new, file_format)
            text = json.dumps({**about, "tables": listed}, ensure_ascii=False, indent=1)
            (new / ABOUT).write_text(text + "\n", encoding="utf-8")
        except (OSError, QueryError) as error:
            raise InputError(f"The export cannot be written to {folder}: {error}") from error


def _write_tables(
    reading: Reading, tables: Sequence[ExportedTable], folder: Path, file_format: FileFormat
) -> None:
    if file_format is FileFormat.DUCKDB:
        _write_database(reading, tables, folder / DATABASE)
        return
    for table in tables:
        path = folder / _file(table, file_format)
        path.parent.mkdir(exist_ok=True)
        sql = str(reading.backend.compile(table.rows))
        if file_format is FileFormat.CSV:
            batches = row_batches(reading.backend, sql)
            write_csv(batches, batches.schema, path)
        else:
            write_query(reading.backend, sql, path, compression="zstd")


def _write_database(reading: Reading, tables: Sequence[ExportedTable], path: Path) -> None:
    with new_database_file(reading.backend, path) as database:
        for table in tables:
            database.create_table(
                table.schema, table.name, table.rows, comment=table.comment, columns=table.columns
            )


def _listed(table: ExportedTable, file_format: FileFormat) -> dict[str, object]:
    return {
        "table": table.name,
        "file": _file(table, file_format),
        "content": table.comment,
        "columns": {**dict.fromkeys(table.rows.columns, ""), **table.columns},
        "left_out": table.left_out,
        "replaced": table.replaced,
    }


def _file(table: ExportedTable, file_format: FileFormat) -> str:
    if file_format is FileFormat.DUCKDB:
        return DATABASE
    place = f"{FIGURES}/" if table.schema == FIGURES else ""
    return f"{place}{table.name}.{file_format.value}"
