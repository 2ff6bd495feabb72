"""Who orders again, and how well churn could be told before."""

from collections.abc import Iterator
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import grouped
from outsidein.present.blocks import Block, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.charts.grid import Grid, grid_chart
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import crossed, key_words, long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of

MONTHS_WIDE = 12
MONTHS_NARROW = ("0", "1", "3", "6", "12")
NTH = {1: "1st", 2: "2nd", 3: "3rd"}


def returning_blocks(evidence: Evidence) -> Iterator[Block]:
    """Show repurchase, cohorts and predictions."""
    yield from _repurchase(evidence)
    yield from _cohorts(evidence)
    yield from _quality(evidence)
    yield from _calibration(evidence)


def _repurchase(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("repurchase")
    if not figure:
        return
    shares, words = evidence.every("repurchase", "ordered_again"), evidence.words
    rows = grouped(
        shares,
        words,
        heading=lambda e: f"After the {_nth(e)} order",
        label=lambda e: f"within {key_words(e.group.get('days'))} days",
    )
    first = evidence.one("repurchase", "ordered_again", from_order=1, days=90)
    yield figure_block(
        figure,
        finding=f"{words.value(first)} order a second time within 90 days" if first else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: share who have ordered again by then; whisker: 95 % interval.",
    )


def _nth(e: Estimate) -> str:
    order = int(float(e.group.get("from_order") or 0))
    return NTH.get(order, f"{order}th")


def _cohorts(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("retention_cohorts")
    if not figure:
        return
    active, words = evidence.every("retention_cohorts", "active"), evidence.words
    dated = [e for e in active if e.group.get("cohort") is not None]
    shares = {_cell(e): number_of(e) for e in dated if e.value is not None}
    months = tuple(str(m) for m in sorted({int(month) for _, month in shares}))[: MONTHS_WIDE + 1]
    cohorts = tuple(sorted({cohort for cohort, _ in shares}))
    grid = Grid(
        "Month", cohorts, months, shares, few=tuple(m for m in MONTHS_NARROW if m in months)
    )
    later = [e for e in dated if e.value is not None and int(_cell(e)[1]) == 1]
    worst = min(later, key=number_of, default=None)
    table = crossed(
        figure.title,
        [e for e in dated if int(_cell(e)[1]) <= MONTHS_WIDE],
        words,
        rows=("First order in", lambda e: _cell(e)[0]),
        columns=lambda e: f"after {_cell(e)[1]}",
    )
    yield figure_block(
        figure,
        finding=f"The weakest start: of those who came in {_cell(worst)[0]}, {words.value(worst)} "
        "ordered in the month after"
        if worst
        else None,
        tables=[table if dated else long_table(figure, words)],
        chart=partial(grid_chart, grid) if shares else None,
        reading="Rows: month of the first order; columns: months since; cells: share who ordered "
        "in that month. A phone shows some of the columns, the table "
        "twelve months, the file all.",
    )


def _cell(e: Estimate) -> tuple[str, str]:
    return str(e.group["cohort"]), str(e.group["months_since"])


def _quality(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("prediction_quality")
    if not figure:
        return
    skill = next(iter(evidence.known("prediction_quality", "skill")), None)
    outcome = label(key_words(skill.group.get("outcome"))) if skill else ""
    is_better = skill is not None and (skill.low or 0) > 0
    yield figure_block(
        figure,
        finding=None
        if skill is None
        else f"{outcome} is predicted better than by the naive rule"
        if is_better
        else f"{outcome} is not shown to be predicted better than by the naive rule",
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                evidence.words,
                rows=("Outcome", lambda e: label(key_words(e.group.get("outcome")))),
                columns=lambda e: label(e.measure),
            )
        ],
    )


def _calibration(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("prediction_calibration")
    if not figure:
        return
    known = evidence.known("prediction_calibration", "observed")
    outcomes = list(dict.fromkeys(str(e.group.get("outcome")) for e in known))
    series = [
        Series(
            label(outcome),
            tuple(
                Point(float(e.group["predicted"] or 0), number_of(e), e.low, e.high)
                for e in known
                if str(e.group.get("outcome")) == outcome
            ),
        )
        for outcome in outcomes
    ]
    axes = Axes(
        "Predicted",
        "Came true",
        x_format=PERCENT_FORMAT,
        y_format=PERCENT_FORMAT,
        is_diagonal=True,
        is_joined=False,
    )
    yield figure_block(
        figure,
        finding=None,
        tables=[long_table(figure, evidence.words)],
        chart=partial(curves_chart, series, axes) if known else None,
        reading="Dots on the dotted line came true as often as predicted; whiskers: 95 % interval.",
    )
