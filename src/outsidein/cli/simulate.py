"""`outsidein simulate`: a firm whose truth is known, and a build's estimates beside it."""

import os
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from outsidein.cli.console import out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.errors import InputError, UnknownName
from outsidein.simulate.accuracy.comparison import Beside
from outsidein.simulate.accuracy.shifts import ShiftBeside, shifts_beside
from outsidein.simulate.continuation import assigned_cases
from outsidein.simulate.continuation import follow as let_pass
from outsidein.simulate.declaration import Firm, default_text, read_firm
from outsidein.simulate.quiet import quiet_firm
from outsidein.simulate.sample_size import (
    SampleSizeTrial,
    arms_needed,
    responses_needed,
    smallest_size,
)
from outsidein.simulate.simulation import simulate as simulate_firm
from outsidein.simulate.truth import beside_truth, coverage, truth_of

app = noun("A simulated company whose true figures are known.")

SHIFTS = "shifts"
"""Figure whose truth is no number; it is shown apart from the others."""

FirmFile = Annotated[
    Path | None,
    typer.Option("--from", help="A simulation.toml; by default the one that is included."),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same company.", min=0)]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to create; must not hold a project yet.")],
    customers: Annotated[int, typer.Option(help="How many.", min=1)] = 5000,
    seed: Seed = 1,
    firm_file: FirmFile = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one per core by default.")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Take out every effect, to count false claims.")
    ] = False,
) -> None:
    """Simulate a company: a project ready to build, with the true figures beside it.

    Example: outsidein simulate new trial --customers 5000 --seed 1
    """
    firm = read_firm(firm_file)
    simulated = simulate_firm(
        quiet_firm(firm) if quiet else firm,
        folder,
        customers=customers,
        seed=seed,
        workers=workers or os.cpu_count() or 1,
    )
    for name, rows in simulated.rows.items():
        out.print(f"{name}: {rows:,} rows")
    out.print(f"Next: outsidein build --project {folder}", markup=False)


@app.command()
def declaration() -> None:
    """Print the included simulation.toml, as a start for your own.

    Example: outsidein simulate declaration > simulation.toml
    """
    typer.echo(default_text(), nl=False)


@app.command()
def compare(
    context: typer.Context,
    figure: Annotated[str, typer.Option(help="Show every number of this figure.")] = "",
) -> None:
    """Compare the figures of the current build with the true ones.

    Example: outsidein simulate compare --project trial --figure factor_verdicts
    """
    project = opened(context)
    figures, truth = project.figures(), truth_of(project)
    rows = beside_truth(figures, truth)
    by_figure = {
        name: list(group) for name, group in groupby(sorted(rows, key=_figure_of), key=_figure_of)
    }
    shifts = shifts_beside(figures, truth)
    if figure and figure not in {*by_figure, SHIFTS}:
        raise UnknownName("figure with a known truth", figure, [*by_figure, SHIFTS])
    if figure and figure != SHIFTS:
        _print_numbers(by_figure[figure])
    for name, group in by_figure.items():
        covering, of = coverage(group)
        if of and figure in {"", name}:
            out.print(f"{name}: {covering} of {of} intervals contain the truth.")
    if figure in {"", SHIFTS}:
        _print_shifts(shifts, is_whole=bool(figure))
        _print_shift_summary(shifts, false_share=project.check().shifts.false_share)


def _print_numbers(rows: list[Beside]) -> None:
    covered = {True: "yes", False: "no", None: "counted"}
    print_table(
        ("what", "truth", "estimate", "low", "high", "n", "contains the truth"),
        [(r.what, *(_short(x) for x in r[1:5]), r.n, covered[r.covered]) for r in rows],
    )


def _print_shifts(shifts: list[ShiftBeside], *, is_whole: bool) -> None:
    if not is_whole:
        return
    head = (
        *("declared", "on", "stream", "found", "change", "date in the interval"),
        *("periods until found", "stated delay"),
    )
    print_table(head, [_shift_row(shift) for shift in shifts])


def _shift_row(shift: ShiftBeside) -> tuple[object, ...]:
    change = shift.change
    return (
        f"{change.of} {change.name} {change.what} {change.before:g} to {change.after:g}"
        if change
        else None,
        change.on if change else None,
        f"{shift.kind}: {shift.stream}",
        shift.found_on or "not listed",
        _short(shift.size),
        {True: "yes", False: "no", None: None}[shift.is_dated],
        _short(shift.delay),
        _short(shift.stated),
    )


def _print_shift_summary(shifts: list[ShiftBeside], *, false_share: float) -> None:
    """Say how many declared shifts were found, and how many of those listed are false."""
    declared = [shift for shift in shifts if shift.change]
    listed = [shift for shift in shifts if shift.found_on]
    detected = [shift for shift in declared if shift.found_on]
    false = sum(shift.is_false is True for shift in listed)
    drifting = sum(shift.change is None and shift.is_false is None for shift in listed)
    out.print(
        f"{SHIFTS}: {len(detected)} of {len(declared)} streams with a declared shift are listed, "
        f"{sum(shift.is_dated is True for shift in detected)} with its date in the interval. False "
        f"among {len(listed)} listed: {false} ({false_share:.0%} expected at most). In streams "
        f"that drift without a declared shift: {drifting}."
    )


def _figure_of(row: Beside) -> str:
    return row.what.partition(" | ")[0]


@app.command()
def follow(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="How many days to simulate.", min=1)] = 366,
    seed: Seed = 1,
) -> None:
    """Continue the simulated company after cases were opened: who churns, given their playbook.

    Example: outsidein simulate follow --project trial --days 366
    """
    project = opened(context)
    done = let_pass(project.folder, assigned_cases(project), days=days, seed=seed)
    out.print(
        f"{done.cases:,} subscribers have a case; of all subscribers {done.left:,} churned "
        f"before {done.until}."
    )
    out.print(f"Next: outsidein build --project {project.folder}", markup=False)


@app.command("sample-size")
def sample_size(
    factor: Annotated[str, typer.Option(help="Factor whose class the survey should show.")] = "",
    segment: Annotated[str, typer.Option(help="Segment whose customers are asked.")] = "",
    year: Annotated[int | None, typer.Option(help="Calendar year; by default the last.")] = None,
    experiment: Annotated[str, typer.Option(help="Experiment whose effect to show.")] = "",
    arm: Annotated[str, typer.Option(help="Arm of the experiment.")] = "",
    probability: Annotated[
        float, typer.Option(help="Required probability of the right answer.", min=0, max=1)
    ] = 0.8,
    rounds: Annotated[int, typer.Option(help="Trials of each size.", min=10)] = 100,
    seed: Seed = 1,
    firm_file: FirmFile = None,
) -> None:
    """Find the sample size that shows a factor's class, or the effect of an experiment's arm.

    Example: outsidein simulate sample-size --factor delivery --segment students
    """
    if bool(factor) == bool(experiment):
        raise InputError("Give either --factor (and --segment) or --experiment (and --arm).")
    firm, rng = read_firm(firm_file), np.random.default_rng(seed)
    if factor:
        trials = responses_needed(
            firm,
            rng,
            factor=factor,
            segment=segment or next(iter(firm.segment)),
            year=year or _last_year(firm),
            probability=probability,
            rounds=rounds,
        )
    else:
        trials = arms_needed(
            firm, rng, experiment=experiment, arm=arm, probability=probability, rounds=rounds
        )
    _print_trials(trials, probability, "responses" if factor else "customers in each arm")


def _print_trials(trials: list[SampleSizeTrial], probability: float, of: str) -> None:
    rows = [
        (t.size, *(f"{x:.2f}" for x in (t.right.share, t.right.low, t.right.high)), t.right.n)
        for t in trials
    ]
    print_table((of, "right", "low", "high", "trials"), rows)
    size = smallest_size(trials, probability=probability)
    if size is None:
        out.print(
            f"Even {trials[-1].size:,} {of} are right less than {probability:.0%} of the time."
        )
    else:
        out.print(f"{size:,} {of} are right {probability:.0%} of the time or more.")


def _last_year(firm: Firm) -> int:
    return (firm.as_of - timedelta(days=1)).year


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"
