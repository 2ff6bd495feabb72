"""`outsidein standards`: how the standards are met, their charts, and where customers put them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.errors import InputError, UnknownName
from outsidein.workspace.project import Project, open_project

if TYPE_CHECKING:  # loaded by who asks for it
    from outsidein.figures.figure import Estimate, Figure

commands = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Service standards: targets, charts, units."
)

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]

LIMITS = ("lower limit", "centre", "upper limit")


@commands.command("list")
def list_all(folder: Folder = Path()) -> None:
    """List the standards, the worst first: how each is met now, and if its process is in control.

    Example: outsidein standards list
    """
    figure = _figure(open_project(folder), "standards")
    row(
        "standard",
        "owner",
        "chart",
        "since",
        "promise",
        "measure",
        "n",
        "value",
        "low",
        "high",
        "why",
    )
    for e in figure.estimates:
        told = (e.group[name] for name in ("standard", "owner", "chart", "since", "promise"))
        row(*told, e.measure, *_number(e))


@commands.command()
def show(
    name: Annotated[str, typer.Argument(help="A standard.")],
    folder: Folder = Path(),
) -> None:
    """Show one standard: its targets, its chart and its units.

    Example: outsidein standards show waiting
    """
    project = open_project(folder)
    standards = project.check().standards
    if name not in standards:
        raise UnknownName("standard", name, standards)
    out.print(standards[name].description, markup=False)
    row("target since", "state", "by", "reason", "measure", "value", "low", "high", "why")
    for e in _of(_figure(project, "standard_targets"), name):
        told = (e.group[key] for key in ("since", "state", "by", "reason"))
        row(*told, e.measure, e.value, e.low, e.high, e.why)
    _table(_of(_figure(project, "standard_charts"), name), "period")
    _table(_of(_figure(project, "standard_funnel"), name), "unit_name")


@commands.command()
def propose(folder: Folder = Path()) -> None:
    """Say where customers' disasters begin now, and what would change if that were the target.

    To adopt a proposal, add a `[[standard.NAME.target]]` to `standards.toml`.

    Example: outsidein standards propose
    """
    figure = _figure(open_project(folder), "standard_targets")
    row("standard", "state", "since", "by", "measure", "value", "low", "high", "why")
    for e in figure.estimates:
        if e.measure in ("target", "would miss it"):
            told = (e.group[key] for key in ("standard", "state", "since", "by"))
            row(*told, e.measure, e.value, e.low, e.high, e.why)


def _figure(project: Project, name: str) -> "Figure":
    figures = project.figures()
    if name not in figures:
        raise InputError(
            "This build has no standards: declare some in standards.toml, then `outsidein build`."
        )
    return figures[name]


def _of(figure: "Figure", name: str) -> "list[Estimate]":
    return [e for e in figure.estimates if e.group["standard"] == name]


def _number(e: "Estimate") -> tuple[object, ...]:
    return e.n, e.value, e.low, e.high, e.why


def _table(estimates: "list[Estimate]", key: str) -> None:
    """Print one line per period or unit: value, limits, n and signal."""
    named: dict[str, dict[str, Estimate]] = {}
    for e in estimates:
        named.setdefault(str(e.group[key] or ""), {})[e.measure] = e
    for place, (name, told) in enumerate(named.items()):
        values = [e for e in told.values() if e.measure not in (*LIMITS, "encounters")]
        shown = values[0]
        if place == 0:
            row(key.replace("_", " "), "n", "encounters", shown.measure, *LIMITS, "signal", "why")
        rest = (told[m].value if m in told else None for m in ("encounters",))
        limits = (told[m].value if m in told else None for m in LIMITS)
        why = shown.why if shown.value is None else None
        row(name, shown.n, *rest, shown.value, *limits, shown.group["signal"], why)
