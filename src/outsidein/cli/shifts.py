"""`outsidein shifts`: what has lastingly changed, since when, and how sure that is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outsidein.cli.console import out, row
from outsidein.errors import InputError
from outsidein.workspace.project import open_project

if TYPE_CHECKING:  # loaded by who asks for it
    from outsidein.figures.figure import Estimate

KEYS = ("since", "earliest", "latest", "kind", "stream", "direction")
MEASURES = (
    *("share before", "share since", "change", "q-value"),
    *("periods until it was found", "periods such a change takes"),
)


def show(
    folder: Annotated[
        Path, typer.Option("--project", "-p", help="Folder of the project.")
    ] = Path(),
) -> None:
    """List the shifts of the build in use, the latest first, and what was watched for them.

    Example: outsidein shifts
    """
    figures = open_project(folder).figures()
    if "shifts" not in figures:
        raise InputError("This build has no shifts: run `outsidein build` first.")
    row(*KEYS, *MEASURES, "change low", "change high", "n")
    for found in _by_shift(figures["shifts"].estimates):
        first, change = next(iter(found.values())), found["change"]
        values = (found[measure].value for measure in MEASURES)
        row(*(first.group[key] for key in KEYS), *values, change.low, change.high, change.n)
    out.print("Watched:")
    row("kind", "measure", "value", "why")
    for e in figures["shifts_watched"].estimates:
        row(e.group["kind"], e.measure, e.value, e.why)


def _by_shift(estimates: "tuple[Estimate, ...]") -> "list[dict[str, Estimate]]":
    shifts: dict[tuple[object, ...], dict[str, Estimate]] = {}
    for e in estimates:
        shifts.setdefault(tuple(e.group.values()), {})[e.measure] = e
    return list(shifts.values())
