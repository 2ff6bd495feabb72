"""`outsidein shifts`: what has lastingly changed, since when, and how sure that is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outsidein.cli.console import out, row
from outsidein.errors import InputError
from outsidein.workspace.project import open_project

if TYPE_CHECKING:  # loaded by who asks for it
    from outsidein.figures.figure import Figure

KEYS = ("since", "earliest", "latest", "kind", "stream", "direction")


def show(
    folder: Annotated[
        Path, typer.Option("--project", "-p", help="Folder of the project.")
    ] = Path(),
) -> None:
    """List the shifts of the build in use, the latest first, and what was watched for them.

    Example: outsidein shifts
    """
    from outsidein.shifts.figures import SHIFTS, SHIFTS_WATCHED  # noqa: PLC0415

    figures = open_project(folder).figures()
    if SHIFTS.name not in figures:
        raise InputError("This build has no shifts: run `outsidein build` first.")
    _list_shifts(figures[SHIFTS.name])
    out.print("Watched:")
    row("kind", "measure", "value", "why")
    for e in figures[SHIFTS_WATCHED.name].estimates:
        row(e.group["kind"], e.measure, e.value, e.why)


def _list_shifts(figure: "Figure") -> None:
    from outsidein.shifts import figures as shifts  # noqa: PLC0415

    measures = (
        *(shifts.SHARE_BEFORE, shifts.SHARE_SINCE, shifts.CHANGE, shifts.Q_VALUE),
        *(shifts.DELAY, shifts.EXPECTED_DELAY),
    )
    row(*KEYS, *(measure.name for measure in measures), "change low", "change high", "n")
    for change in shifts.SHIFTS.select(figure, shifts.CHANGE):
        of_shift = (shifts.SHIFTS.one(figure, measure, **change.group) for measure in measures)
        values = (e.value if e else None for e in of_shift)
        row(*(change.group[key] for key in KEYS), *values, change.low, change.high, change.n)
