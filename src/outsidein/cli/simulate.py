"""`outsidein simulate`: a firm with known truth, and a build's estimates beside it."""

import os
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.errors import InputError, UnknownName
from outsidein.workspace.project import open_project

if TYPE_CHECKING:
    from outsidein.simulate.accuracy.rows import Beside
    from outsidein.simulate.accuracy.shifts import ShiftBeside
    from outsidein.simulate.declaration import Firm
    from outsidein.simulate.sample_size import SampleSizeTrial

commands = typer.Typer(
    cls=Commands, no_args_is_help=True, help="A firm with known truth, to try things on."
)

SHIFTS = "shifts"
"""Figure whose truth is no number: it is told apart from the others."""

Given = Annotated[
    Path | None, typer.Option("--from", help="A simulation.toml; the firm that comes along if not.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same firm.", min=0)]


@commands.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; must not hold a project yet.")],
    customers: Annotated[int, typer.Option(help="How many.", min=1)] = 5000,
    seed: Seed = 1,
    given: Given = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores if not.")] = None,
) -> None:
    """Simulate a firm: a project that builds, with the truth beside it.

    Example: outsidein simulate new trial --customers 5000 --seed 1
    """
    from outsidein.simulate.declaration import read_firm  # noqa: PLC0415  loaded by who asks for it
    from outsidein.simulate.simulation import simulate  # noqa: PLC0415  loaded by who asks for it

    simulated = simulate(
        read_firm(given),
        folder,
        customers=customers,
        seed=seed,
        workers=workers or os.cpu_count() or 1,
    )
    for name, rows in simulated.rows.items():
        out.print(f"{name}: {rows:,} rows")
    out.print(f"Next: outsidein build --project {folder}", markup=False)


@commands.command()
def declaration() -> None:
    """Print the simulation.toml that comes along, to begin your own with.

    Example: outsidein simulate declaration > simulation.toml
    """
    from outsidein.simulate.declaration import default_text  # noqa: PLC0415  loaded by who asks for it

    typer.echo(default_text(), nl=False)


@commands.command()
def compare(
    folder: Annotated[
        Path, typer.Option("--project", "-p", help="Folder of the simulated project.")
    ] = Path(),
    figure: Annotated[str, typer.Option(help="Show every number of this figure.")] = "",
) -> None:
    """Set what the build in use published beside the truth.

    Example: outsidein simulate compare --project trial --figure factor_verdicts
    """
    from outsidein.simulate.accuracy.shifts import shifts_beside  # noqa: PLC0415
    from outsidein.simulate.truth import beside_truth, coverage, truth_of  # noqa: PLC0415

    project = open_project(folder)
    figures, truth = project.figures(), truth_of(project)
    rows = beside_truth(figures, truth)
    ordered = sorted(rows, key=_figure_of)
    named = {name: list(told) for name, told in groupby(ordered, key=_figure_of)}
    shifts = shifts_beside(figures, truth)
    if figure and figure not in {*named, SHIFTS}:
        raise UnknownName("figure with a known truth", figure, [*named, SHIFTS])
    if figure and figure != SHIFTS:
        row("what", "truth", "estimate", "low", "high", "n", "holds the truth")
    for one in named.get(figure, ()):
        held = {True: "yes", False: "no", None: "counted"}[one.covered]
        row(one.what, *(_short(x) for x in one[1:5]), one.n, held)
    for name, told in named.items():
        held_by, of = coverage(told)
        if of and figure in ("", name):
            out.print(f"{name}: {held_by} of {of} intervals hold the truth.")
    if figure in ("", SHIFTS):
        _show_shifts(shifts, false_share=project.check().shifts.false_share, whole=bool(figure))


def _show_shifts(shifts: "list[ShiftBeside]", *, false_share: float, whole: bool) -> None:
    """Say which declared shifts were found when, and how many of those listed are false."""
    if whole:
        row(
            "declared", "on", "stream", "found", "change", "its date holds", "periods until found",
            "such a change takes",
        )  # fmt: skip
    for one in shifts if whole else ():
        told = one.change
        row(
            f"{told.of} {told.name} {told.what} {told.before:g} to {told.after:g}"
            if told
            else None,
            told.on if told else None,
            f"{one.kind}: {one.stream}",
            one.found_on or "not listed",
            _short(one.size),
            {True: "yes", False: "no", None: None}[one.is_dated],
            _short(one.delay),
            _short(one.stated),
        )
    meant = [one for one in shifts if one.change]
    listed = [one for one in shifts if one.found_on]
    found = [one for one in meant if one.found_on]
    false = sum(one.is_false is True for one in listed)
    moving = sum(one.change is None and one.is_false is None for one in listed)
    out.print(
        f"{SHIFTS}: {len(found)} of {len(meant)} streams with a declared shift are listed, "
        f"{sum(one.is_dated is True for one in found)} with its date in the interval. False among "
        f"{len(listed)} listed: {false} ({false_share:.0%} expected at most). In streams that "
        f"move without a declared shift: {moving}."
    )


def _figure_of(one: "Beside") -> str:
    return one.what.partition(" | ")[0]


@commands.command()
def follow(
    folder: Annotated[
        Path, typer.Option("--project", "-p", help="Folder of the simulated project.")
    ] = Path(),
    days: Annotated[int, typer.Option(help="That pass.", min=1)] = 366,
    seed: Seed = 1,
) -> None:
    """Let days pass after cases were opened: who leaves, by the truth of their playbooks.

    Example: outsidein simulate follow --project trial --days 366
    """
    from outsidein.simulate.continuation import assigned_cases  # noqa: PLC0415  loaded by who asks for it
    from outsidein.simulate.continuation import follow as let_pass  # noqa: PLC0415

    project = open_project(folder)
    done = let_pass(folder, assigned_cases(project), days=days, seed=seed)
    out.print(
        f"{done.cases:,} subscribers have a case; of all subscribers {done.left:,} churned "
        f"before {done.until}."
    )
    out.print(f"Next: outsidein build --project {folder}", markup=False)


@commands.command("sample-size")
def sample_size(  # noqa: PLR0917  typer's options
    factor: Annotated[str, typer.Option(help="Whose class a survey is to find.")] = "",
    segment: Annotated[str, typer.Option(help="Whose customers are asked.")] = "",
    year: Annotated[int | None, typer.Option(help="Calendar year; the last if not.")] = None,
    experiment: Annotated[str, typer.Option(help="Whose effect is to be shown.")] = "",
    arm: Annotated[str, typer.Option(help="The arm of the experiment.")] = "",
    probability: Annotated[float, typer.Option(help="Of the right answer.", min=0, max=1)] = 0.8,
    rounds: Annotated[int, typer.Option(help="Trials of each size.", min=10)] = 100,
    seed: Seed = 1,
    given: Given = None,
) -> None:
    """Try how many responses find a factor's class, or how many customers show an arm's effect.

    Example: outsidein simulate sample-size --factor delivery --segment students
    """
    import numpy as np  # noqa: PLC0415  loaded by who asks for it

    from outsidein.simulate.declaration import read_firm  # noqa: PLC0415  loaded by who asks for it
    from outsidein.simulate.sample_size import arms_needed, responses_needed  # noqa: PLC0415  loaded by who asks for it

    firm, rng = read_firm(given), np.random.default_rng(seed)
    if bool(factor) == bool(experiment):
        raise InputError("Say either --factor (and --segment) or --experiment (and --arm).")
    if factor:
        asked, told_year = segment or next(iter(firm.segment)), year or _last_year(firm)
        trials = responses_needed(
            firm, rng, factor=factor, segment=asked, year=told_year, probability=probability,
            rounds=rounds,
        )  # fmt: skip
    else:
        trials = arms_needed(
            firm, rng, experiment=experiment, arm=arm, probability=probability, rounds=rounds
        )
    _show(trials, probability, "responses" if factor else "customers in each arm")


def _show(trials: "list[SampleSizeTrial]", probability: float, of: str) -> None:
    from outsidein.simulate.sample_size import smallest_size  # noqa: PLC0415  loaded by who asks for it

    row(of, "right", "low", "high", "trials")
    for one in trials:
        right = one.right
        row(one.size, f"{right.share:.2f}", f"{right.low:.2f}", f"{right.high:.2f}", right.n)
    size = smallest_size(trials, probability=probability)
    if size is None:
        out.print(f"Not even {trials[-1].size:,} {of} are right {probability:.0%} of the time.")
    else:
        out.print(f"{size:,} {of} are right {probability:.0%} of the time or more.")


def _last_year(firm: "Firm") -> int:
    return (firm.as_of - timedelta(days=1)).year


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"
