"""`outsidein sources`: what raw data hold."""

from typing import Annotated

import typer

from outsidein.cli.console import Json, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened

app = noun("Sources of raw data and their columns.")


@app.command("list")
def list_sources(context: typer.Context, as_json: Json = False) -> None:
    """List the declared sources, with their format and where they are.

    Example: outsidein sources list
    """
    declared = opened(context).check()
    rows = [
        (name, source.format, source.table or ", ".join(source.path))
        for name, source in declared.sources.items()
    ]
    print_table(("source", "format", "place"), rows, as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the source.")],
    as_json: Json = False,
) -> None:
    """Show the columns of a source: type, state of the data need, and a few values.

    Values and types are shown of approved columns only: no other is read.

    Example: outsidein sources show orders
    """
    head = ("column", "type", "state", "sample")
    print_table(head, opened(context).source_columns(name), as_json=as_json)
