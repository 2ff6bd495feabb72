"""Where customers stand on the loyalty ladder, who climbs, and what holds the others."""

from collections.abc import Iterator, Sequence
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.headlines.doubts import first_order_doubts, rule_doubts
from outsidein.headlines.finders import hardest_step, watched_so_long
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.ladder.figures import (
    CLIMB,
    CLIMB_AFTER_BAD_SIGNALS,
    CLIMB_AFTER_BETTER_SIGNALS,
    CUSTOMERS,
    DIFFERENCE,
    FORMER_CUSTOMERS,
    HURDLE,
    LADDER_HISTORY,
    LADDER_HURDLES,
    LADDER_STEPS,
    LADDER_TODAY,
    LADDER_TRANSITIONS,
    MEDIAN_DAYS,
    MOVES_IN_A_MONTH,
    ON_NO_STEP,
    SHARE_OF_CUSTOMERS,
    WITHIN_DAYS,
)
from outsidein.present.charts.curves import Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.charts.share_grid import ShareGrid, grid_chart
from outsidein.present.figure_view import CrossTable, FigureView
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec
from outsidein.report.findings import largest_stage, step_name

FEWEST_MONTHS = 2
FEWEST_STEPS = 2
"""Steps observed below which a picture of them shows nothing."""
UNTYPED = "What holds customers back is not known: no hurdle could be typed"


def _stage(estimate: Estimate) -> str:
    return str(estimate.group.get("stage"))


def _month(estimate: Estimate) -> str:
    return str(estimate.group.get("month"))[:7]


def _measure(estimate: Estimate) -> str:
    return estimate.measure[:1].upper() + estimate.measure[1:]


def _largest_stage(evidence: Evidence) -> Statement | None:
    largest = largest_stage(evidence)
    if not largest or _stage(largest) == ON_NO_STEP or largest.value == 1:
        return None
    text = (
        f"The largest group of customers stands on {_stage(largest)}: "
        f"{evidence.words.value(largest)}"
    )
    return heading(LADDER_TODAY, text, largest, base="customers", doubts=rule_doubts(evidence))


def _stage_chart(view: FigureView) -> FigureChart | None:
    """Draw the share of each stage; one that is not observed says so."""
    shares = {_stage(e): e for e in view.select(SHARE_OF_CUSTOMERS)}
    shown = [shares.get(_stage(e), e) for e in view.select(CUSTOMERS)]
    climbed = [e for e in shown if e.value is not None and _stage(e) != ON_NO_STEP]
    if len(climbed) < FEWEST_STEPS:
        return None
    return view.bars([e for e in shown if e.value != 0 or _stage(e) != ON_NO_STEP], _stage)


def _former(evidence: Evidence) -> Iterator[str]:
    former = evidence.one(LADDER_TODAY, FORMER_CUSTOMERS)
    if former and former.value:
        yield f"Beside the ladder: {number_of(former):,.0f} former customers."


def _history_chart(view: FigureView) -> FigureChart | None:
    counts = view.numbers(CUSTOMERS)
    months = _months(view.figure.estimates)
    if len(months) < FEWEST_MONTHS:
        return None
    series = [
        Series(
            stage,
            tuple(
                Point(months.index(_month(e)), number_of(e)) for e in counts if _stage(e) == stage
            ),
        )
        for stage in dict.fromkeys(_stage(e) for e in counts)
    ]
    axes = Axes(
        "Month",
        "Customers",
        x_format=f"{[month[2:] for month in months]}[datum.value]",
        x_values=tuple(range(0, len(months), max(len(months) // 8, 1))),
    )
    return line_chart(series, axes)


def _months(estimates: Sequence[Estimate]) -> list[str]:
    return sorted({_month(e) for e in estimates})


def _hardest_step(evidence: Evidence) -> Statement | None:
    hardest = hardest_step(evidence)
    if not hardest:
        return None
    base = f"of those who reach {hardest.group['from']}"
    watched = watched_so_long(evidence, hardest)
    return heading(
        LADDER_STEPS,
        f"{evidence.words.value(hardest)} {base} climb to {hardest.group['to']} "
        f"{hardest.measure}, the smallest share of any step{f' ({watched})' if watched else ''}",
        hardest,
        base=base,
        doubts=first_order_doubts(evidence),
    )


def _climb_chart(view: FigureView) -> FigureChart | None:
    return view.bars(view.select(CLIMB, WITHIN_DAYS), _measure, step_name)


def _median_days(evidence: Evidence) -> Iterator[str]:
    for e in evidence.numbers(LADDER_STEPS, MEDIAN_DAYS):
        yield f"{step_name(e)}: half have climbed after {evidence.words.in_sentence(e)}."


def _stages(moves: Sequence[Estimate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(e.group["from"]) for e in moves))


def _largest_fall(evidence: Evidence) -> Statement | None:
    moves = evidence.select(LADDER_TRANSITIONS, MOVES_IN_A_MONTH)
    stages = _stages(moves)
    falls = [e for e in moves if e.value and _is_fall(e, stages)]
    worst = max(falls, key=number_of, default=None)
    if not worst:
        return None
    base = f"of those on {worst.group['from']}"
    text = f"{evidence.words.value(worst)} {base} fall back to {worst.group['to']} in a month"
    return heading(LADDER_TRANSITIONS, text, worst, base=base, no_effect=0.0)


def _is_fall(e: Estimate, stages: tuple[str, ...]) -> bool:
    return stages.index(str(e.group["to"])) < stages.index(str(e.group["from"]))


def _move_chart(view: FigureView) -> FigureChart | None:
    stages = tuple(_short(stage) for stage in _stages(view.select(MOVES_IN_A_MONTH)))
    shares = {
        (_short(str(e.group["from"])), _short(str(e.group["to"]))): number_of(e)
        for e in view.numbers(MOVES_IN_A_MONTH)
    }
    return FigureChart(partial(grid_chart, ShareGrid("from ↓  to →", stages, stages, shares)))


def _short(stage: str) -> str:
    """Write the longest step in one word, so that four columns fit on a phone."""
    return "Multiple" if stage == "Multiple purchase" else stage


def _unknown_hurdles(evidence: Evidence) -> str | None:
    if _climbs(evidence.view(LADDER_HURDLES)):
        return None
    return UNTYPED


def _climbs(view: FigureView) -> list[Estimate]:
    return view.numbers(CLIMB_AFTER_BAD_SIGNALS, CLIMB_AFTER_BETTER_SIGNALS)


def _hurdle_chart(view: FigureView) -> FigureChart | None:
    return view.bars(_climbs(view), _measure, lambda e: f"{step_name(e)}: {e.group['type']}")


def _hurdle_reasons(evidence: Evidence) -> Iterator[str]:
    view = evidence.view(LADDER_HURDLES)
    if _climbs(view):
        for e in view.select(DIFFERENCE, HURDLE):
            if e.why:
                yield f"{step_name(e)}: {e.why}."


LADDER = SectionSpec(
    name="ladder",
    heading="Where customers stand",
    intro="The ladder has five steps: Aware, Trial, Purchase, Multiple purchase and Loyalty.",
    is_always_shown=True,
    exhibits=(
        Exhibit(
            spec=LADDER_TODAY,
            about="where customers stand today",
            finding=_largest_stage,
            chart=_stage_chart,
            reading="Bars: share of the customers of today. A step without data is not "
            "observed; it is not 0.",
            notes=_former,
        ),
        Exhibit(
            spec=LADDER_HISTORY,
            about="where they stood over time",
            chart=_history_chart,
            reading="Lines: customers on each step at the end of the month (year-month below). "
            "Months with fewer than 10 customers on a step are left out.",
            tables=CrossTable("Month", _month, (CUSTOMERS,), _stage),
        ),
        Exhibit(
            spec=LADDER_STEPS,
            about="who climbs, and how soon",
            finding=_hardest_step,
            chart=_climb_chart,
            reading="Bars: share who have climbed by then; the whisker is the 95 % interval.",
            notes=_median_days,
        ),
        Exhibit(
            spec=LADDER_TRANSITIONS,
            about="moves between steps in a month",
            finding=_largest_fall,
            chart=_move_chart,
            reading="Cells: of customers on the step to the left, the share on the step above one "
            "month later.",
            tables=CrossTable(
                "From",
                lambda e: str(e.group["from"]),
                (MOVES_IN_A_MONTH,),
                lambda e: f"to {e.group['to']}",
            ),
        ),
        Exhibit(
            spec=LADDER_HURDLES,
            about="what holds customers back",
            finding=_unknown_hurdles,
            chart=_hurdle_chart,
            reading="Bars: share who climbed after bad and after better signals. A difference is "
            "associated with the signals, not shown to be caused by them.",
            notes=_hurdle_reasons,
            if_empty=UNTYPED,
        ),
    ),
)
