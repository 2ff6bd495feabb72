"""`outsidein init`: a new project."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import out
from outsidein.cli.groups import verb
from outsidein.workspace.template import check_stated, write_project

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
    currency: Annotated[
        str | None, typer.Option(help="Of the amounts, such as EUR; otherwise guessed.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="Of times without an offset, such as Europe/Berlin; otherwise guessed."),
    ] = None,
) -> None:
    """Write a new project, starting with its objectives and data needs.

    With --from, look at exports that you have (CSV, Excel, JSON, Parquet, SQLite) and draft
    sources, proposed data needs and models for them. Exports of Shopify, WooCommerce, Stripe,
    HubSpot, Salesforce, Zendesk and Qualtrics are recognised, other files by the names of their
    columns. Of a large file the first and last rows are looked at. Currency, time zone and country
    are guessed from the exports where they are not stated.

    Example: outsidein init shop --from exports/*.csv --currency EUR
    """
    exports = [*(files or ()), *(more or ())]
    options = {"currency": currency, "timezone": timezone}
    stated = {name: value for name, value in options.items() if value}
    check_stated(stated)
    if exports:
        _draft(folder, exports, stated)
        return
    for path in write_project(folder, stated):
        out.print(str(path), markup=False)
    out.print(f"Next: in {folder / 'objectives.toml'}, state what you want to achieve and why.")


def _draft(folder: Path, files: list[Path], stated: dict[str, str]) -> None:
    from outsidein.drafts.writing import write_draft  # noqa: PLC0415  loads an engine

    today = datetime.now(UTC).date()
    draft = write_draft(folder, files, today=today, stated=stated)
    for source in draft.sources:
        out.print(source.line(), markup=False)
        for column in source.looked_at.unsure:
            out.print(f"  {column}: is the day or the month first? See sources.toml.", markup=False)
    for setting in draft.settings:
        out.print(setting.line(), markup=False)
    out.print(
        f"Next: have each need in {folder / 'data_needs.toml'} approved; nothing is loaded before.",
        markup=False,
    )
