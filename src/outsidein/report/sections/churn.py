"""When customers churn, why, and what it costs."""

from collections.abc import Iterator, Sequence
from functools import partial

from outsidein.figures.figure import Estimate, Figure
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.tables import long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.findings import (
    earliest_caution,
    half_gone,
    last_survival,
    rule_caution,
    short_name,
    worst_month,
)
from outsidein.report.sections.leaving import leaving_blocks
from outsidein.report.sections.returning import returning_blocks

FIGURES = {
    "survival": "how long customers stay",
    "churn_hazard": "when they churn",
    "churn_reasons": "why they churn",
    "churn_money": "what those who churned brought",
    "churn_sensitivity": "what another silence would say",
    "retention_cohorts": "who orders again, by month of the first order",
    "repurchase": "how soon customers order again",
    "prediction_quality": "how well churn is predicted",
    "prediction_calibration": "what came true of what was predicted",
}
MOST_GROUPS = 6
FEWEST_POINTS = 2
"""Points that a curve needs."""


def churn_section(evidence: Evidence) -> Section:
    """Show churn."""
    return Section(
        "churn",
        "When and why they churn",
        "Who counts as churned is a rule of this project; every method names it.",
        (
            *_survival(evidence),
            *_hazard(evidence),
            *leaving_blocks(evidence),
            *returning_blocks(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _survival(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("survival")
    if not figure:
        return
    everyone = [e for e in figure.estimates if e.group.get("group") is None]
    table = long_table(figure, evidence.words, keep=lambda e: e in everyone)
    yield figure_block(
        figure,
        finding=_stay_finding(evidence),
        tables=[table],
        chart=_survival_chart(figure, [None]),
        reading="Line: share still customers after so many 30-day months; band: 95 % interval.",
        notes=[caution] if (caution := rule_caution(evidence)) else [],
    )
    for kind, groups in _kinds(figure).items():
        yield _survival_by(figure, kind, groups, evidence)


def _survival_by(figure: Figure, kind: str, groups: list[str], evidence: Evidence) -> Block:
    drawn = [g for g in groups if len(_by_month(figure, "survival", g)) >= FEWEST_POINTS]
    last = [_last(figure, group) for group in drawn]
    ends = sorted((e for e in last if e), key=number_of)
    left_out = [short_name(group) for group in groups if group not in drawn]
    words = evidence.words
    return figure_block(
        figure,
        name=f"survival-{kind}",
        finding=f"After {ends[0].group['month']} months {words.value(ends[-1])} of "
        f"{_named(ends[-1])} and {words.value(ends[0])} of {_named(ends[0])} are still customers"
        if ends[1:] and len({e.group["month"] for e in ends}) == 1
        else f"How long customers stay, {kind} by {kind}",
        tables=[long_table(figure, words, keep=lambda e: e.group.get("group") in groups)],
        chart=_survival_chart(figure, drawn[:MOST_GROUPS]),
        notes=[f"Not drawn, for too little is observed: {', '.join(left_out)}."]
        if left_out
        else [],
        reading="Lines are told apart by name, dash and shape; bands: 95 % interval. To be in a "
        f"{kind} today is associated with having stayed; it is not shown to be the cause.",
    )


def _kinds(figure: Figure) -> dict[str, list[str]]:
    """Part the groups into tiers, segments and whatever else the first word says."""
    kinds: dict[str, list[str]] = {}
    names = dict.fromkeys(e.group.get("group") for e in figure.estimates)
    for name in names:
        if name is not None:
            kind, _, rest = str(name).partition(" ")
            kinds.setdefault(kind if rest else "group", []).append(str(name))
    return kinds


def _last(figure: Figure, group: str) -> Estimate | None:
    found = [
        e
        for e in figure.estimates
        if e.measure == "survival" and e.group.get("group") == group and e.value is not None
    ]
    return max(found, key=lambda e: float(e.group["month"] or 0), default=None)


def _named(e: Estimate) -> str:
    return short_name(str(e.group["group"]))


def _survival_chart(figure: Figure, groups: Sequence[str | None]) -> partial | None:  # type: ignore[type-arg]
    series = [
        Series(label(short_name(group)) if group else "all", _by_month(figure, "survival", group))
        for group in groups
    ]
    if not any(one.points for one in series):
        return None
    axes = Axes(
        "Months since becoming a customer",
        "Still customers",
        y_format=PERCENT_FORMAT,
        y_to=1.0,
    )
    return partial(curves_chart, series, axes)


def _by_month(figure: Figure, measure: str, group: str | None) -> tuple[Point, ...]:
    return tuple(
        Point(float(e.group["month"] or 0), number_of(e), e.low, e.high)
        for e in figure.estimates
        if e.measure == measure
        and e.group.get("group") == group
        and e.value is not None
        and e.group.get("month") is not None
    )


def _stay_finding(evidence: Evidence) -> str | None:
    half, last, words = half_gone(evidence), last_survival(evidence), evidence.words
    if half and half.value is not None:
        return f"Half have churned after {words.value(half)}"
    if last:
        return f"After {last.group['month']} months {words.value(last)} are still customers"
    return None


def _hazard(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("churn_hazard")
    if not figure:
        return
    points = _by_month(figure, "hazard", None)
    axes = Axes(
        "Month of being a customer",
        "Churn in the month",
        y_format="format(datum.value * 100, '.2~f') + ' %'",
        is_joined=False,
    )
    worst = worst_month(evidence)
    yield figure_block(
        figure,
        finding=f"The riskiest month is the {_nth(worst)}: {evidence.words.value(worst)} churn"
        if worst
        else None,
        tables=[long_table(figure, evidence.words, keep=lambda e: e.group.get("group") is None)],
        chart=partial(curves_chart, [Series("all", points)], axes) if points else None,
        reading="Dots: of those still customers when the month began, the share who churned in "
        "it; whiskers: 95 % interval.",
        notes=[caution] if worst and (caution := earliest_caution(evidence, worst)) else [],
    )


def _nth(estimate: Estimate) -> str:
    month = int(float(estimate.group["month"] or 0))
    is_teen = month % 100 in {11, 12, 13}
    ending = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(month % 10, "th")
    return f"{month}{ending}"
