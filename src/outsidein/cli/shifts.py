"""`outsidein shifts`: lasting changes, since when, and how sure they are."""

from collections.abc import Callable

import typer

from outsidein.cli.console import Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.numbers import shown_number
from outsidein.cli.project import opened
from outsidein.errors import InputError
from outsidein.figures.figure import Estimate, Figure, Unit
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
IN_POINTS = (CHANGE.name, "change low", "change high")
MEASURES = (SHARE_BEFORE, SHARE_SINCE, CHANGE, Q_VALUE, DELAY, EXPECTED_DELAY)


@app.command("list")
def list_shifts(context: typer.Context, as_json: Json = False) -> None:
    """List the shifts of the current build, latest first, and the streams that were watched.

    Example: outsidein shifts list
    """
    project = opened(context)
    figures = project.figures()
    if SHIFTS.name not in figures:
        raise InputError("This build has no shifts: run `outsidein build` first.")
    head = (*KEYS, *(measure.name for measure in MEASURES), "change low", "change high", "n")
    figure = figures[SHIFTS.name]
    changes = SHIFTS.select(figure, CHANGE)
    if as_json:
        print_table(head, [_row(figure, e, _raw) for e in changes], as_json=True)
        return
    rows = [
        _row(figure, e, lambda x, unit: shown_number(x, unit, project.currency)) for e in changes
    ]
    print_table([f"{name} (points)" if name in IN_POINTS else name for name in head], rows)
    out.print("Watched:")
    watched = figures[SHIFTS_WATCHED.name].estimates
    print_table(
        ("kind", "measure", "value", "why"),
        [(e.group["kind"], e.measure, e.value, e.why) for e in watched],
    )


def _raw(number: float | None, _: Unit) -> object:
    return number


def _row(
    figure: Figure, change: Estimate, number: Callable[[float | None, Unit], object]
) -> tuple[object, ...]:
    """One shift: its groups, its measures, and the interval of its change."""
    estimates = (SHIFTS.one(figure, measure, **change.group) for measure in MEASURES)
    values = (number(e.value, e.unit) if e else None for e in estimates)
    interval = (number(limit, change.unit) for limit in (change.low, change.high))
    return (*(change.group[key] for key in KEYS), *values, *interval, change.n)
