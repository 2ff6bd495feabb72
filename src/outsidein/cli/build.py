"""`outsidein build`: from raw sources to a published snapshot."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer

from outsidein.cli.console import err, out
from outsidein.cli.groups import verb
from outsidein.cli.project import opened
from outsidein.cli.steps import print_usage
from outsidein.cli.warnings import warn_of_absent_names
from outsidein.pipeline.build import Built
from outsidein.sources.progress import ConsoleProgress

app = verb()

WITHHELD = 3
"""Exit code of a build that was kept and not published."""


@app.command()
def build(
    context: typer.Context,
    threads: Annotated[
        int | None, typer.Option(help="How many threads; one per core by default.")
    ] = None,
    publish_anyway: Annotated[
        str | None,
        typer.Option(
            metavar="WHY", help="Publish even beyond the limits of [publish], for this reason."
        ),
    ] = None,
    afresh: Annotated[
        bool,
        typer.Option(
            "--afresh",
            help="Carry no customer ids over from the current build; begin a new lake if the "
            "store's own is lost.",
        ),
    ] = False,
) -> None:
    """Build a snapshot from the raw sources and make it the current one.

    A build beyond a limit of [publish] in outsidein.toml is kept and not published; the
    command then exits with 3.

    Example: outsidein build --project shop
    """
    project = opened(context)
    with _garbage_kept():
        built = project.build(
            threads=threads,
            progress=ConsoleProgress(err),
            step=partial(print_usage, err),
            publish_anyway=publish_anyway,
            afresh=afresh,
        )
    _print_account(built)
    warn_of_absent_names(project.check(), built.snapshot)
    _print_verdict(built)
    if not built.verdict.is_published:
        raise typer.Exit(WITHHELD)
    out.print(f"Build {built.snapshot.number} is now current.")


def _print_account(built: Built) -> None:
    """Print what was taken of each source and table."""
    for source in built.sources:
        unneeded = source["columns without a need"] + source["columns proposed"]
        out.print(
            f"{source['source']}: {source['rows']:,} rows, {source['rejected']:,} rejected, "
            f"{source['expired']:,} past retention; columns: {source['columns approved']} loaded, "
            f"{unneeded} without an approved need, {source['columns vetoed']} vetoed"
        )
    for admission in built.admissions:
        if admission["models"]:
            out.print(
                f"{admission['table']}: {admission['admitted']:,} rows, "
                f"{admission['rejected']:,} rejected" + _placeholder_dates(admission)
            )
    if built.rejected:
        out.print(
            f"{built.rejected:,} rows were rejected; see `outsidein rejects list{_of_build(built)}`"
        )


def _print_verdict(built: Built) -> None:
    """Print the limits that the build exceeds, and what to do."""
    verdict, number = built.verdict, built.snapshot.number
    if not verdict.exceeds:
        return
    outcome = "is published beyond" if verdict.is_published else "was not published: it exceeds"
    lines = [f"Build {number} {outcome} limits of [publish] in outsidein.toml."]
    lines += [f"- {sentence}" for sentence in verdict.exceeds]
    if not verdict.is_published:
        lines.append(
            f"See `outsidein rejects list --build {number}`, correct the source or the model, and "
            f"build again. If the data are right: `outsidein builds publish {number} --why REASON`."
        )
    for line in lines:
        err.print(line, markup=False)


def _of_build(built: Built) -> str:
    return "" if built.verdict.is_published else f" --build {built.snapshot.number}"


def _placeholder_dates(admission: Mapping[str, int]) -> str:
    number = admission["placeholders"]
    return f"; {number:,} placeholder dates (up to 1900-01-01) left empty" if number else ""


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Turn garbage collection off: a build makes few cycles, and the search costs a tenth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
