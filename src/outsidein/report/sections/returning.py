"""Who orders again, and how well churn could be predicted."""

from collections.abc import Sequence
from functools import partial

from outsidein.churn.figures import (
    ACTIVE,
    OBSERVED,
    ORDERED_AGAIN,
    PREDICTION_CALIBRATION,
    PREDICTION_QUALITY,
    REPURCHASE,
    RETENTION_COHORTS,
    SKILL,
)
from outsidein.figures.figure import Estimate
from outsidein.headlines.doubts import first_order, first_order_doubts
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.charts.share_grid import ShareGrid, grid_chart
from outsidein.present.display_tables import DisplayTable, cross_table, group_text, long_table
from outsidein.present.figure_view import Bars, CrossTable, FigureView, by
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, no_chart

MONTHS_WIDE = 12
MONTHS_NARROW = ("0", "1", "3", "6", "12")
NTH = {1: "1st", 2: "2nd", 3: "3rd"}


def _second_order(evidence: Evidence) -> Statement | None:
    first = evidence.one(REPURCHASE, ORDERED_AGAIN, from_order=1, days=90)
    if not first:
        return None
    base = "of customers"
    text = (
        f"{evidence.words.value(first)} {base} order again within 90 days of their "
        f"{first_order(evidence)}"
    )
    return heading(REPURCHASE, text, first, base=base, doubts=first_order_doubts(evidence))


def _after_order(e: Estimate) -> str:
    order = int(float(e.group.get("from_order") or 0))
    return f"After the {NTH.get(order, f'{order}th')} order"


def _cohort(e: Estimate) -> str:
    return str(e.group["cohort"])


def _months_since(e: Estimate) -> int:
    return int(float(e.group["months_since"] or 0))


def _in_cohorts(view: FigureView) -> list[Estimate]:
    return [e for e in view.select(ACTIVE) if e.group.get("cohort") is not None]


def _weakest_start(evidence: Evidence) -> Statement | None:
    cohorts = _in_cohorts(evidence.view(RETENTION_COHORTS))
    month_after = [e for e in cohorts if e.value is not None and _months_since(e) == 1]
    worst = min(month_after, key=number_of, default=None)
    if not worst:
        return None
    base = f"of those who came in {_cohort(worst)}"
    rest = _middle_of_others(month_after, worst)
    return heading(
        RETENTION_COHORTS,
        f"The weakest start: {evidence.words.value(worst)} {base} ordered in the month after",
        worst,
        base=base,
        no_effect=rest,
        doubts=first_order_doubts(evidence),
    )


def _middle_of_others(estimates: Sequence[Estimate], worst: Estimate) -> float | None:
    """Return the middle of the others' shares, which the weakest has to stay below."""
    others = sorted(number_of(e) for e in estimates if e is not worst)
    return others[len(others) // 2] if others else None


def _cohort_chart(view: FigureView) -> FigureChart | None:
    shares = {
        (_cohort(e), str(_months_since(e))): number_of(e)
        for e in _in_cohorts(view)
        if e.value is not None
    }
    if not shares:
        return None
    months = tuple(str(m) for m in sorted({int(month) for _, month in shares}))[: MONTHS_WIDE + 1]
    cohorts = tuple(sorted({cohort for cohort, _ in shares}))
    few = tuple(m for m in MONTHS_NARROW if m in months)
    return FigureChart(partial(grid_chart, ShareGrid("Month", cohorts, months, shares, few)))


def _cohort_table(view: FigureView) -> list[DisplayTable]:
    cohorts = _in_cohorts(view)
    if not cohorts:
        return [long_table(view.figure, view.words)]
    return [
        cross_table(
            view.figure.title,
            [e for e in cohorts if _months_since(e) <= MONTHS_WIDE],
            view.words,
            rows=("First order in", _cohort),
            columns=lambda e: f"after {_months_since(e)}",
        )
    ]


def _skill(evidence: Evidence) -> str | None:
    skill = evidence.one(PREDICTION_QUALITY, SKILL)
    if not skill:
        return None
    outcome = OUTCOME(skill)
    if (skill.low or 0) > 0:
        return f"{outcome} is predicted better than by the naive rule"
    return f"{outcome} is not shown to be predicted better than by the naive rule"


OUTCOME = by("outcome")


def _calibration_chart(view: FigureView) -> FigureChart | None:
    observed = view.numbers(OBSERVED)
    series = [
        Series(
            label(outcome),
            tuple(
                Point(float(e.group["predicted"] or 0), number_of(e), e.low, e.high)
                for e in observed
                if str(e.group.get("outcome")) == outcome
            ),
        )
        for outcome in dict.fromkeys(str(e.group.get("outcome")) for e in observed)
    ]
    axes = Axes(
        "Predicted",
        "Came true",
        x_format=PERCENT_FORMAT,
        y_format=PERCENT_FORMAT,
        is_diagonal=True,
        is_joined=False,
    )
    return line_chart(series, axes)


RETURNING_EXHIBITS = (
    Exhibit(
        spec=REPURCHASE,
        about="how soon customers order again",
        finding=_second_order,
        chart=Bars(
            (ORDERED_AGAIN,),
            lambda e: f"within {group_text(e.group.get('days'))} days",
            _after_order,
            has_reasons=True,
        ),
        reading="Bars: share who have ordered again by then; whisker: 95 % interval.",
    ),
    Exhibit(
        spec=RETENTION_COHORTS,
        about="who orders again, by month of the first order",
        finding=_weakest_start,
        chart=_cohort_chart,
        reading="Rows: month of the first order; columns: months since; cells: share who ordered "
        "in that month. A phone shows some of the columns, the table twelve months, the file all.",
        tables=_cohort_table,
    ),
    Exhibit(
        spec=PREDICTION_QUALITY,
        about="how well churn is predicted",
        finding=_skill,
        chart=no_chart,
        tables=CrossTable("Outcome", OUTCOME),
    ),
    Exhibit(
        spec=PREDICTION_CALIBRATION,
        about="what came true of what was predicted",
        chart=_calibration_chart,
        reading="Dots on the dotted line came true as often as predicted; whiskers: 95 % interval.",
    ),
)
