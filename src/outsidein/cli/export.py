"""`outsidein export`: tables and figures for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import By, out
from outsidein.cli.groups import verb
from outsidein.cli.project import opened
from outsidein.errors import InputError
from outsidein.export.choices import DEFAULT_TABLES, FileFormat, PersonalColumns

app = verb()


@app.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write; an older export is replaced.")],
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="CSV, Parquet, or one DuckDB file.")
    ] = FileFormat.CSV,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", help="A table to export instead; may be repeated."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Export every table.")] = False,
    personal: Annotated[
        PersonalColumns,
        typer.Option(help="Personal columns: none, keys such as customer_id, or all."),
    ] = PersonalColumns.NONE,
    purpose: Annotated[
        str | None,
        typer.Option(help="Purpose in consent.toml; leaves out the customers who refuse it."),
    ] = None,
    by: By = "",
) -> None:
    """Export customers, who is in which segment, and all figures of the current build.

    The folder is replaced whole and always has the same file names. Without --personal, columns
    such as names are left out, and keys are replaced by keys of this export alone.

    Example: outsidein export bi --format duckdb --project shop
    """
    if tables and every:
        raise InputError("--table and --all exclude each other.")
    names = opened(context).export(
        folder,
        file_format=file_format,
        tables=None if every else tables or DEFAULT_TABLES,
        personal=personal,
        purpose=purpose,
        by=by or None,
    )
    out.print(
        f"{folder} holds {', '.join(names)} and all figures as {file_format.value}; personal "
        f"columns: {personal.value}. export.json lists every table and column.",
        markup=False,
    )
