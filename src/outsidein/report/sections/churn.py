"""When customers churn, why, and what it costs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_RULE,
    HAZARD,
    SHARE_LEFT,
    SHARE_STILL_CUSTOMERS,
    SURVIVAL,
)
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Measure
from outsidein.headlines.doubts import earliest_doubts, rule_doubts, start_doubts
from outsidein.headlines.finders import month_of, riskiest_months, worst_month
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.blocks import ContentBlock, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.display_tables import long_table
from outsidein.present.figure_view import Bars, FigureView, LongTable
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec
from outsidein.report.findings import (
    half_gone,
    last_survival,
    short_name,
)
from outsidein.report.sections.leaving import LEAVING_EXHIBITS
from outsidein.report.sections.returning import RETURNING_EXHIBITS

MOST_GROUPS = 6
FEWEST_POINTS = 2
"""Points that a curve needs."""


def _is_overall(e: Estimate) -> bool:
    return e.group.get("group") is None


def _survival(evidence: Evidence) -> Iterator[ContentBlock]:
    """Show everyone's survival, then that of each kind of group."""
    view, claim = evidence.view(SURVIVAL), _half_or_last(evidence)
    yield figure_block(
        view.figure,
        finding=evidence.headline(claim),
        tables=[long_table(view.figure, view.words, keep=_is_overall)],
        chart=_survival_chart(view, [None]),
        reading="Line: share still customers after so many calendar months; band: 95 % interval.",
        notes=evidence.doubts(claim),
        is_doubted=evidence.is_doubted(claim),
    )
    for kind, groups in _groups_by_kind(view).items():
        yield _survival_by(view, kind, groups)


def _left_today(evidence: Evidence) -> Statement | None:
    left = evidence.one(CHURN_RULE, SHARE_LEFT, group=None)
    if not left:
        return None
    doubts = (*rule_doubts(evidence), *start_doubts(evidence))
    base = f"of all {left.n or 0:,} customers"
    text = f"{evidence.words.value(left)} {base} have left and not returned"
    return heading(CHURN_RULE, text, left, base=base, doubts=doubts, says=("left_today",))


def _left_group(e: Estimate) -> str:
    group = e.group.get("group")
    return "All" if group is None else label(short_name(str(group)))


def _half_or_last(evidence: Evidence) -> Statement | None:
    half, last, words = half_gone(evidence), last_survival(evidence), evidence.words
    doubts = (*rule_doubts(evidence), *start_doubts(evidence))
    base = "of all customers"
    if half and half.value is not None:
        text = f"Half {base} have left after {words.value(half)}"
        at = replace(half, group={"month": half.value})
        early = earliest_doubts(evidence, at)
        return heading(SURVIVAL, text, half, base=base, doubts=(*doubts, *early))
    if last:
        text = f"After {last.group['month']} months {words.value(last)} {base} are still there"
        return heading(SURVIVAL, text, last, base=base, doubts=doubts)
    return None


def _survival_by(view: FigureView, kind: str, groups: list[str]) -> ContentBlock:
    drawn = [g for g in groups if len(_by_month(view, SHARE_STILL_CUSTOMERS, g)) >= FEWEST_POINTS]
    left_out = ", ".join(short_name(group) for group in groups if group not in drawn)
    return figure_block(
        view.figure,
        name=f"survival-{kind}",
        finding=f"How long customers stay, {kind} by {kind}",
        tables=[long_table(view.figure, view.words, keep=lambda e: e.group["group"] in groups)],
        chart=_survival_chart(view, drawn[:MOST_GROUPS]),
        notes=[f"Not drawn, for too little is observed: {left_out}."] if left_out else [],
        reading="Lines are told apart by name, dash and shape; bands: 95 % interval. To be in a "
        f"{kind} today is associated with having stayed; it is not shown to be the cause.",
    )


def _groups_by_kind(view: FigureView) -> dict[str, list[str]]:
    """Part the groups into tiers, segments and whatever else the first word says."""
    kinds: dict[str, list[str]] = {}
    for name in dict.fromkeys(e.group.get("group") for e in view.figure.estimates):
        if name is not None:
            kind, _, rest = str(name).partition(" ")
            kinds.setdefault(kind if rest else "group", []).append(str(name))
    return kinds


def _month(e: Estimate) -> float:
    return float(e.group["month"] or 0)


def _survival_chart(view: FigureView, groups: Sequence[str | None]) -> FigureChart | None:
    series = [
        Series(
            label(short_name(group)) if group else "all",
            _by_month(view, SHARE_STILL_CUSTOMERS, group),
        )
        for group in groups
    ]
    axes = Axes(
        "Months since becoming a customer", "Still customers", y_format=PERCENT_FORMAT, y_to=1.0
    )
    return line_chart(series, axes)


def _by_month(view: FigureView, measure: Measure, group: str | None) -> tuple[Point, ...]:
    return tuple(
        Point(_month(e), number_of(e), e.low, e.high)
        for e in view.numbers(measure, group=group)
        if e.group.get("month") is not None
    )


def _riskiest_month(evidence: Evidence) -> Statement | None:
    worst, months = worst_month(evidence), riskiest_months(evidence)
    if not worst or not months:
        return None
    base = "of those still customers"
    return heading(
        CHURN_HAZARD,
        f"{_riskiest(*months)}: {evidence.words.value(worst)} {base} leave in "
        f"{'it' if months[0] == months[1] else f'the {_nth(month_of(worst))} alone'}",
        worst,
        base=base,
        no_effect=0.0,
        doubts=(
            *rule_doubts(evidence),
            *start_doubts(evidence),
            *earliest_doubts(evidence, worst),
        ),
        says=("riskiest_month",),
    )


def _hazard_chart(view: FigureView) -> FigureChart | None:
    axes = Axes(
        "Month of being a customer",
        "Churn in the month",
        y_format="format(datum.value * 100, '.2~f') + ' %'",
        is_joined=False,
    )
    return line_chart([Series("all", _by_month(view, HAZARD, None))], axes)


def _riskiest(first: int, last: int) -> str:
    if first == last:
        return f"Riskiest is the {_nth(first)} month"
    return f"Riskiest are the {_nth(first)} to {_nth(last)} months"


def _nth(month: int) -> str:
    is_teen = month % 100 in {11, 12, 13}
    ending = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(month % 10, "th")
    return f"{month}{ending}"


CHURN = SectionSpec(
    name="churn",
    heading="When and why they churn",
    intro="Who counts as churned is a rule of this project; every method names it.",
    is_always_shown=True,
    exhibits=(
        Exhibit(
            spec=CHURN_RULE,
            about="who left and has not returned",
            finding=_left_today,
            chart=Bars((SHARE_LEFT,), _left_group),
            reading="Bars: of all who ever were customers, the share who are none today.",
        ),
        Exhibit(spec=SURVIVAL, about="how long customers stay", blocks=_survival),
        Exhibit(
            spec=CHURN_HAZARD,
            about="when they churn",
            finding=_riskiest_month,
            chart=_hazard_chart,
            reading="Dots: of those still customers when the month began, the share who churned "
            "in it; whiskers: 95 % interval.",
            tables=LongTable(_is_overall),
        ),
        *LEAVING_EXHIBITS,
        *RETURNING_EXHIBITS,
    ),
)
