"""`outsidein tables`: the tables of the current build."""

from typing import Annotated

import pyarrow.parquet as pq
import typer

from outsidein.cli.console import Json, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened

app = noun("Tables of the current build.")


@app.command("list")
def list_tables(context: typer.Context, as_json: Json = False) -> None:
    """List the tables of the current build with their rows and columns.

    Example: outsidein tables list
    """
    snapshot = opened(context).snapshot()
    files = {name: pq.read_metadata(snapshot.table(name)) for name in snapshot.tables()}
    rows = [(name, file.num_rows, file.num_columns) for name, file in files.items()]
    print_table(("table", "rows", "columns"), rows, as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of a table.")],
    rows: Annotated[int, typer.Option(help="Show up to this many.", min=1)] = 20,
    as_json: Json = False,
) -> None:
    """Show the first rows of a table; it may hold personal data.

    Example: outsidein tables show customers --rows 5
    """
    table = opened(context).table(name).slice(0, rows)
    shown = [tuple(row.values()) for row in table.to_pylist()]
    print_table(table.column_names, shown, as_json=as_json)
