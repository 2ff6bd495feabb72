"""`outsidein rejects`: rejected rows and the reasons."""

from collections import Counter
from typing import Annotated

import typer

from outsidein.cli.console import Json, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened

app = noun("Rejected rows and the reasons.")


@app.command("list")
def list_rejects(
    context: typer.Context,
    rows: Annotated[
        int, typer.Option(help="Also show up to this many of the rows themselves.", min=0)
    ] = 0,
    build: Annotated[
        int | None, typer.Option(help="Number of a kept build; by default the current one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Count the rows that a build rejected, by origin and reason.

    Correct the source or the model and build again: every row is read anew.
    With `--rows`, JSON holds the rows instead of the counts.

    Example: outsidein rejects list --rows 5
    """
    rejects = opened(context).table("rejects", number=build).to_pylist()
    counts = Counter((reject["origin"], reject["reason"]) for reject in rejects)
    reasons = [(number, *key) for key, number in counts.most_common()]
    if not (rows and as_json):
        print_table(("rows", "origin", "reason"), reasons, as_json=as_json)
    if rows:
        keys = ("origin", "line", "reason", "raw")
        shown = [tuple(reject[key] for key in keys) for reject in rejects[:rows]]
        print_table(keys, shown, as_json=as_json)
