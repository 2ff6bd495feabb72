"""The commands of `outsidein`, put together."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outsidein.cli import (
    alerts,
    builds,
    cases,
    feedback,
    figures,
    identity,
    rejects,
    shifts,
    simulate,
    standards,
    texts,
)
from outsidein.cli.console import Commands, err, out
from outsidein.workspace.project import open_project

if TYPE_CHECKING:  # loaded by who asks for it
    from outsidein.lake.snapshots import Snapshot
    from outsidein.pipeline.declared import Declared

main = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Customer intelligence from the customer's side.",
)
main.add_typer(builds.commands, name="builds")
main.add_typer(identity.commands, name="identity")
main.add_typer(feedback.commands, name="feedback")
main.add_typer(texts.commands, name="texts")
main.add_typer(simulate.commands, name="simulate")
main.add_typer(standards.commands, name="standards")
main.command("shifts")(shifts.show)
main.add_typer(alerts.commands, name="alerts")
main.add_typer(cases.commands, name="cases")
main.command("figures")(figures.show)
main.command("rejects")(rejects.show)

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]


@main.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make; must not hold a project yet.")],
) -> None:
    """Write a new project: objectives and data needs first, for the method starts there.

    Example: outsidein init shop
    """
    from outsidein.workspace.template import write_project  # noqa: PLC0415  loaded by who needs it

    for path in write_project(folder):
        out.print(str(path), markup=False)
    out.print(f"Next: say in {folder / 'objectives.toml'} what you want to reach and why.")


@main.command()
def check(folder: Folder = Path()) -> None:
    """Check every file of the project and say what is wrong, by file and key.

    Example: outsidein check --project shop
    """
    project = open_project(folder)
    declared, loop = project.check(), project.alerts.rules()
    in_use = [snapshot for snapshot in project.snapshots() if snapshot.is_current]
    warned = sum(_warn_of_unheard(declared, snapshot) for snapshot in in_use)
    models = sum(len(queries) for queries in declared.models.by_table.values())
    out.print(
        f"{declared.name}: {len(declared.objectives)} objectives, {len(declared.needs)} data "
        f"needs, {len(declared.sources)} sources, {models} models, "
        f"{len(declared.segments)} segments, {len(loop.rules)} alert rules, {len(loop.teams)} "
        f"teams, {len(loop.playbooks)} playbooks. "
        f"{'Look at what is warned of.' if warned else 'Nothing is wrong.'}"
    )


def _warn_of_unheard(declared: "Declared", snapshot: "Snapshot") -> int:
    """Say which names of the project file no row of a snapshot has; return how many lines."""
    from outsidein.profiles.name_checks import unheard  # noqa: PLC0415  loaded by who needs it

    lines = [*unheard(declared.profile, declared.identity, declared.models, snapshot)]
    for line in lines:
        err.print(f"Warning: {line}", markup=False)
    return len(lines)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A build makes few cycles of objects, and looking for them takes a tenth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@main.command()
def build(
    folder: Folder = Path(),
    threads: Annotated[int | None, typer.Option(help="How many threads; all cores if not.")] = None,
) -> None:
    """Build a snapshot from the raw sources and make it the one to read.

    Example: outsidein build --project shop
    """
    from outsidein.cli.steps import print_usage  # noqa: PLC0415  loaded by who needs it
    from outsidein.sources.progress import ConsoleProgress  # noqa: PLC0415  loaded by who needs it

    project = open_project(folder)
    with _uncollected():
        report_usage = partial(print_usage, err)
        built = project.build(threads=threads, progress=ConsoleProgress(err), step=report_usage)
    number = built.snapshot.number
    for source in built.sources:
        kept_out = source["columns without a need"] + source["columns proposed"]
        out.print(
            f"{source['source']}: {source['rows']:,} rows, {source['rejected']:,} rejected, "
            f"{source['expired']:,} past retention; columns: {source['columns approved']} loaded, "
            f"{kept_out} without an approved need, {source['columns vetoed']} vetoed"
        )
    for admission in built.admissions:
        if admission["models"]:
            out.print(
                f"{admission['table']}: {admission['admitted']:,} rows, "
                f"{admission['rejected']:,} rejected"
            )
    if built.rejected:
        out.print(f"{built.rejected:,} rows were rejected: outsidein rejects")
    _warn_of_unheard(project.check(), built.snapshot)
    out.print(f"Build {number} is the one to read now.")


@main.command()
def report(
    folder: Folder = Path(),
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; report/ in the project if not given.")
    ] = None,
) -> None:
    """Write the report of the build in use: one HTML file, and its figures as tables.

    Example: outsidein report --project shop
    """
    out.print(f"The report lies at {open_project(folder).report(to)}", markup=False)
