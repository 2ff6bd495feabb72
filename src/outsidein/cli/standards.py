"""`outsidein standards`: how they are met, their charts, and where customers would set them."""

from typing import Annotated

import typer

from outsidein.cli.console import Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.errors import InputError, UnknownName
from outsidein.figures.figure import MEASURED_IN, Estimate, Figure
from outsidein.figures.spec import FigureSpec
from outsidein.standards.figures import (
    ENCOUNTERS,
    SHARE_LIMITS,
    STANDARD_CHARTS,
    STANDARD_FUNNEL,
    STANDARD_TARGETS,
    STANDARDS,
    TARGET,
    WOULD_MISS,
)
from outsidein.workspace.project import Project

app = noun("Service standards: targets, charts, units.")

BESIDE = (ENCOUNTERS.name, *(limit.name for limit in SHARE_LIMITS))
"""What a chart shows beside the values that it is of."""

NUMBERS = ("unit", "value", "low", "high", "why")
GROUPS = tuple(g for g in STANDARDS.groups if g not in ("description", MEASURED_IN))
PROPOSAL = ("standard", "state", "since", "by")


@app.command("list")
def list_standards(context: typer.Context, as_json: Json = False) -> None:
    """List the standards, worst first: how each is met now, and whether it is in control.

    Example: outsidein standards list
    """
    project = opened(context)
    rows = [
        (*_groups(e, GROUPS), e.measure, e.n, *_numbers(e))
        for e in _figure(project, STANDARDS).estimates
    ]
    print_table((*GROUPS, "measure", "n", *NUMBERS), rows, as_json=as_json)


@app.command()
def show(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Name of a standard.")]
) -> None:
    """Show one standard: its targets, its chart and its units.

    Example: outsidein standards show waiting
    """
    project = opened(context)
    standards = project.check().standards
    if name not in standards:
        raise UnknownName("standard", name, standards)
    out.print(standards[name].description, markup=False)
    groups = ("since", "state", "by", "reason")
    targets = _of(_figure(project, STANDARD_TARGETS), name)
    rows = [(*_groups(e, groups), e.measure, *_numbers(e)) for e in targets]
    print_table(("target since", *groups[1:], "measure", *NUMBERS), rows)
    _print_chart(_of(_figure(project, STANDARD_CHARTS), name), "period")
    _print_chart(_of(_figure(project, STANDARD_FUNNEL), name), "unit_name")


@app.command()
def propose(context: typer.Context, as_json: Json = False) -> None:
    """Show where customers' disasters begin now, and what would change if that were the target.

    To adopt a proposal, add a `[[standard.NAME.target]]` to `standards.toml`.

    Example: outsidein standards propose
    """
    project = opened(context)
    rows = [
        (*_groups(e, PROPOSAL), e.measure, *_numbers(e))
        for e in _figure(project, STANDARD_TARGETS).estimates
        if e.measure in (TARGET.name, WOULD_MISS.name)
    ]
    print_table((*PROPOSAL, "measure", *NUMBERS), rows, as_json=as_json)


def _figure(project: Project, spec: FigureSpec) -> Figure:
    figures = project.figures()
    if spec.name not in figures:
        raise InputError(
            "This build has no standards: declare some in standards.toml, then `outsidein build`."
        )
    return figures[spec.name]


def _of(figure: Figure, name: str) -> list[Estimate]:
    return [e for e in figure.estimates if e.group["standard"] == name]


def _groups(e: Estimate, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(e.group.get(name) for name in names)


def _numbers(e: Estimate) -> tuple[object, ...]:
    unit = e.group.get(MEASURED_IN) or e.unit.value
    return unit, e.value, e.low, e.high, e.why


def _print_chart(estimates: list[Estimate], key: str) -> None:
    """Print one line per period or unit: value, limits, n and signal."""
    points: dict[str, dict[str, Estimate]] = {}
    for e in estimates:
        points.setdefault(str(e.group[key] or ""), {})[e.measure] = e
    rows = [_point(name, measures) for name, measures in points.items()]
    if rows:
        first = _charted(next(iter(points.values())))
        head = (
            key.replace("_", " "),
            "n",
            ENCOUNTERS.name,
            first.measure,
            *BESIDE[1:],
            "signal",
            "why",
        )
        print_table(head, rows)


def _point(name: str, measures: dict[str, Estimate]) -> tuple[object, ...]:
    e = _charted(measures)
    encounters, *limits = (measures[m].value if m in measures else None for m in BESIDE)
    why = e.why if e.value is None else None
    return name, e.n, encounters, e.value, *limits, e.group["signal"], why


def _charted(measures: dict[str, Estimate]) -> Estimate:
    """Return the estimate that the chart is of: neither a limit nor a count."""
    return next(e for e in measures.values() if e.measure not in BESIDE)
