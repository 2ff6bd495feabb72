"""`outsidein init`: a new project."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import out
from outsidein.cli.groups import verb
from outsidein.workspace.template import write_project

app = verb()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to create, without a project.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="More files for --from.")
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE...", help="Exports to draft the project from."),
    ] = None,
) -> None:
    """Write a new project, starting with its objectives and data needs.

    With --from, look at exports that you have (CSV, Excel, JSON, Parquet, SQLite) and draft
    sources, proposed data needs and models for them. Exports of Shopify, WooCommerce, Stripe,
    HubSpot, Salesforce, Zendesk and Qualtrics are recognised, other files by the names of their
    columns.

    Example: outsidein init shop --from exports/*.csv
    """
    exports = [*(files or ()), *(more or ())]
    if exports:
        _draft(folder, exports)
        return
    for path in write_project(folder):
        out.print(str(path), markup=False)
    out.print(f"Next: in {folder / 'objectives.toml'}, state what you want to achieve and why.")


def _draft(folder: Path, files: list[Path]) -> None:
    from outsidein.drafts.writing import write_draft  # noqa: PLC0415  loads an engine

    for draft in write_draft(folder, files, today=datetime.now(UTC).date()):
        out.print(draft.line(), markup=False)
        for column in draft.looked_at.unsure:
            out.print(f"  {column}: is the day or the month first? See sources.toml.", markup=False)
    out.print(
        f"Next: have each need in {folder / 'data_needs.toml'} approved; nothing is loaded before.",
        markup=False,
    )
