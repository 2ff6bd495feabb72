"""Where customers stand on the loyalty ladder, who climbs, and what holds the others."""

from collections.abc import Iterator
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import bars, for_all, grouped
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.curves import Axes, Point, Series, curves_chart
from outsidein.present.charts.grid import Grid, grid_chart
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import crossed, long_table
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.findings import hardest_step, largest_stage, step_name

FIGURES = {
    "ladder_today": "where customers stand today",
    "ladder_history": "where they stood over time",
    "ladder_steps": "who climbs, and how soon",
    "ladder_transitions": "moves between steps in a month",
    "ladder_hurdles": "what holds customers back",
}
FEWEST_MONTHS = 2


def ladder_section(evidence: Evidence) -> Section:
    """Show the ladder."""
    blocks = (*_today(evidence), *_history(evidence), *_steps(evidence), *_moves(evidence))
    return Section(
        "ladder",
        "Where customers stand",
        "The ladder has five steps: Aware, Trial, Purchase, Multiple purchase and Loyalty.",
        (*blocks, *_hurdles(evidence)),
        absent(FIGURES, list(evidence.figures)),
    )


def _today(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("ladder_today")
    if not figure:
        return
    counts, words = evidence.every("ladder_today", "customers"), evidence.words
    shares = {e.group.get("stage"): e for e in evidence.every("ladder_today", "share of customers")}
    shown = [shares.get(e.group.get("stage"), e) for e in counts]
    rows = bars(shown, words, _stage)
    largest = largest_stage(evidence)
    yield figure_block(
        figure,
        finding=f"{_stage(largest)} holds the most customers: {words.value(largest)}"
        if largest
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: share of all customers. A step without data is not observed; it is not 0."
        + for_all(shown, words),
    )


def _history(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("ladder_history")
    if not figure:
        return
    counts = evidence.known("ladder_history", "customers")
    months = sorted({_month(e) for e in figure.estimates})
    stages = list(dict.fromkeys(_stage(e) for e in counts))
    series = [Series(stage, _over_time(counts, stage, months)) for stage in stages]
    axes = Axes(
        "Month",
        "Customers",
        x_format=f"{[m[2:] for m in months]}[datum.value]",
        x_values=tuple(range(0, len(months), max(len(months) // 8, 1))),
    )
    is_long = len(months) >= FEWEST_MONTHS and counts
    yield figure_block(
        figure,
        finding=_grown(counts, months) if is_long else None,
        tables=[
            crossed(
                figure.title,
                evidence.every("ladder_history", "customers"),
                evidence.words,
                rows=("Month", _month),
                columns=_stage,
            )
        ],
        chart=partial(curves_chart, series, axes) if is_long else None,
        reading="Lines: customers on each step at the end of the month (year-month below). "
        "Months with fewer than 10 customers on a step are left out.",
    )


def _over_time(counts: list[Estimate], stage: str, months: list[str]) -> tuple[Point, ...]:
    return tuple(Point(months.index(_month(e)), number_of(e)) for e in counts if _stage(e) == stage)


def _grown(counts: list[Estimate], months: list[str]) -> str | None:
    """Say which step has won or lost most customers within a year."""
    now, year = months[-1], months[-13:-1]
    by_stage: dict[str, dict[str, float]] = {}
    for e in counts:
        by_stage.setdefault(_stage(e), {})[_month(e)] = number_of(e)
    turns = [
        (n[now] - n[then], stage, then)
        for stage, n in by_stage.items()
        for then in [next((m for m in year if m in n), None)]
        if then and now in n
    ]
    if not turns:
        return None
    change, stage, then = max(turns, key=lambda turn: abs(turn[0]))
    turn = "more" if change >= 0 else "fewer"
    return f"{abs(change):,.0f} customers {turn} on {stage} in {now} than in {then}"


def _steps(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("ladder_steps")
    if not figure:
        return
    words, hardest = evidence.words, hardest_step(evidence)
    shares = [e for e in figure.estimates if not e.measure.startswith("median")]
    rows = grouped(
        shares, words, heading=step_name, label=lambda e: e.measure[:1].upper() + e.measure[1:]
    )
    yield figure_block(
        figure,
        finding=f"Most stop on {hardest.group['from']}: {words.value(hardest)} climb to "
        f"{hardest.group['to']} {hardest.measure}"
        if hardest
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: share who have climbed by then; the whisker is the 95 % interval.",
        notes=[
            f"{step_name(e)}: half have climbed after {words.said(e)}."
            for e in evidence.known("ladder_steps", "median days")
        ],
    )


def _moves(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("ladder_transitions")
    if not figure:
        return
    moves = evidence.every("ladder_transitions", "moves in a month")
    shares = {(str(e.group["from"]), str(e.group["to"])): e.value for e in moves}
    known = {key: value for key, value in shares.items() if value is not None}
    stages = tuple(dict.fromkeys(start for start, _ in shares))
    grid = Grid("from ↓  to →", stages, stages, known)
    table = crossed(
        figure.title,
        moves,
        evidence.words,
        rows=("From", lambda e: str(e.group["from"])),
        columns=lambda e: f"to {e.group['to']}",
    )
    falls = [e for e in moves if e.value and _is_fall(e, stages)]
    worst = max(falls, key=number_of, default=None)
    yield figure_block(
        figure,
        finding=f"{evidence.words.value(worst)} of those on {worst.group['from']} fall back to "
        f"{worst.group['to']} in a month"
        if worst
        else None,
        tables=[table],
        chart=partial(grid_chart, _short(grid)) if known else None,
        reading="Cells: of customers on the step to the left, the share on the step above one "
        "month later.",
    )


def _short(grid: Grid) -> Grid:
    """Write the longest step in two words less, so that four columns fit on a phone."""
    names = {name: "Multiple" if name == "Multiple purchase" else name for name in grid.rows}
    return Grid(
        grid.corner,
        tuple(names[row] for row in grid.rows),
        tuple(names[column] for column in grid.columns),
        {(names[a], names[b]): share for (a, b), share in grid.shares.items()},
    )


def _is_fall(e: Estimate, stages: tuple[str, ...]) -> bool:
    return stages.index(str(e.group["to"])) < stages.index(str(e.group["from"]))


def _hurdles(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("ladder_hurdles")
    if not figure:
        return
    words = evidence.words
    shares = [e for e in figure.estimates if e.measure.startswith("climb") and e.value is not None]
    rows = grouped(
        shares,
        words,
        heading=lambda e: f"{step_name(e)}: {e.group['type']}",
        label=lambda e: e.measure[:1].upper() + e.measure[1:],
    )
    told = [e for e in figure.estimates if e.measure in {"difference", "hurdle"}]
    yield figure_block(
        figure,
        finding=None
        if shares
        else "What holds customers back is not known: no hurdle could be typed",
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars: share who climbed after bad and after better signals. A difference is "
        "associated with the signals, not shown to be caused by them.",
        notes=[f"{step_name(e)}: {e.why}." for e in told if e.why and shares],
    )


def _stage(estimate: Estimate) -> str:
    return str(estimate.group.get("stage"))


def _month(estimate: Estimate) -> str:
    return str(estimate.group.get("month"))[:7]
