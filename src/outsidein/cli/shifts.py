"""`outsidein shifts`: lasting changes, since when, and how sure they are."""

import typer

from outsidein.cli.console import Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.errors import InputError
from outsidein.figures.figure import Estimate, Figure
from outsidein.shifts.figures import (
    CHANGE,
    DELAY,
    EXPECTED_DELAY,
    Q_VALUE,
    SHARE_BEFORE,
    SHARE_SINCE,
    SHIFTS,
    SHIFTS_WATCHED,
)

app = noun("Lasting changes in what customers do and say.")

KEYS = ("since", "earliest", "latest", "kind", "stream", "direction")
MEASURES = (SHARE_BEFORE, SHARE_SINCE, CHANGE, Q_VALUE, DELAY, EXPECTED_DELAY)


@app.command("list")
def list_shifts(context: typer.Context, as_json: Json = False) -> None:
    """List the shifts of the current build, latest first, and the streams that were watched.

    Example: outsidein shifts list
    """
    figures = opened(context).figures()
    if SHIFTS.name not in figures:
        raise InputError("This build has no shifts: run `outsidein build` first.")
    head = (*KEYS, *(measure.name for measure in MEASURES), "change low", "change high", "n")
    figure = figures[SHIFTS.name]
    rows = [_row(figure, change) for change in SHIFTS.select(figure, CHANGE)]
    print_table(head, rows, as_json=as_json)
    if not as_json:
        out.print("Watched:")
        watched = figures[SHIFTS_WATCHED.name].estimates
        print_table(
            ("kind", "measure", "value", "why"),
            [(e.group["kind"], e.measure, e.value, e.why) for e in watched],
        )


def _row(figure: Figure, change: Estimate) -> tuple[object, ...]:
    """One shift: its groups, its measures, and the interval of its change."""
    estimates = (SHIFTS.one(figure, measure, **change.group) for measure in MEASURES)
    values = (e.value if e else None for e in estimates)
    return (*(change.group[key] for key in KEYS), *values, change.low, change.high, change.n)
