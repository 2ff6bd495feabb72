"""When customers break off, why, and what it costs."""

from collections.abc import Iterator, Sequence
from functools import partial

from outsidein.figures.figure import Estimate, Figure
from outsidein.report.bars import for_all, grouped
from outsidein.report.blocks import Block, Section, absent, figure_block
from outsidein.report.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.report.charts.rows import rows_chart
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.findings import half_gone, last_survival, worst_month
from outsidein.report.sections.returning import returning_blocks
from outsidein.report.tables import crossed, key_words, long_table
from outsidein.report.wording import label

FIGURES = {
    "survival": "how long customers stay",
    "breakoff_hazard": "when they break off",
    "breakoff_reasons": "why they break off",
    "breakoff_money": "what those who broke off brought",
    "breakoff_sensitivity": "what another silence would say",
    "retention_cohorts": "who orders again, by month of the first order",
    "repurchase": "how soon customers order again",
    "prediction_quality": "how well break-off is predicted",
    "prediction_calibration": "what came true of what was predicted",
}
MOST_GROUPS = 6


def breakoff_section(evidence: Evidence) -> Section:
    """Show break-off."""
    return Section(
        "breakoff",
        "When and why they break off",
        "Who counts as broken off is a rule of this project; every method names it.",
        (
            *_survival(evidence),
            *_hazard(evidence),
            *_money(evidence),
            *_reasons(evidence),
            *_sensitivity(evidence),
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
    )
    for kind, groups in _kinds(figure).items():
        yield _survival_by(figure, kind, groups, evidence)


def _survival_by(figure: Figure, kind: str, groups: list[str], evidence: Evidence) -> Block:
    last = [_last(figure, group) for group in groups]
    ends = sorted((e for e in last if e), key=number_of)
    words = evidence.words
    return figure_block(
        figure,
        name=f"survival-{kind}",
        finding=f"After {ends[0].group['month']} months {words.value(ends[-1])} of "
        f"{_named(ends[-1])} and {words.value(ends[0])} of {_named(ends[0])} are still customers"
        if ends[1:] and len({e.group["month"] for e in ends}) == 1
        else f"How long customers stay, {kind} by {kind}",
        tables=[long_table(figure, words, keep=lambda e: e.group.get("group") in groups)],
        chart=_survival_chart(figure, groups[:MOST_GROUPS]),
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
    return _short(str(e.group["group"]))


def _short(group: str) -> str:
    return group.partition(" ")[2] or group


def _survival_chart(figure: Figure, groups: Sequence[str | None]) -> partial | None:  # type: ignore[type-arg]
    series = [
        Series(_short(group) if group else "all", _by_month(figure, "survival", group))
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
        return f"Half have broken off after {words.value(half)}"
    if last:
        return f"After {last.group['month']} months {words.value(last)} are still customers"
    return None


def _hazard(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("breakoff_hazard")
    if not figure:
        return
    points = _by_month(figure, "hazard", None)
    axes = Axes(
        "Month of being a customer",
        "Break off in the month",
        y_format="format(datum.value * 100, '.2~f') + ' %'",
        is_joined=False,
    )
    worst = worst_month(evidence)
    yield figure_block(
        figure,
        finding=f"The riskiest month is the {_nth(worst)}: {evidence.words.value(worst)} break off"
        if worst
        else None,
        tables=[long_table(figure, evidence.words, keep=lambda e: e.group.get("group") is None)],
        chart=partial(curves_chart, [Series("all", points)], axes) if points else None,
        reading="Dots: of those still customers when the month began, the share who broke off in "
        "it; whiskers: 95 % interval.",
    )


def _nth(estimate: Estimate) -> str:
    month = int(float(estimate.group["month"] or 0))
    is_teen = month % 100 in {11, 12, 13}
    ending = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(month % 10, "th")
    return f"{month}{ending}"


def _money(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("breakoff_money")
    if not figure:
        return
    words = evidence.words
    lost = evidence.every("breakoff_money", "revenue_per_month_lost")
    rows = grouped(_ranked(lost), words, heading=_kind, label=_who)
    everyone = next((e for e in lost if _who(e) == "All" and e.value is not None), None)
    yield figure_block(
        figure,
        finding=f"{words.value(everyone)} a month were brought by those who broke off in a year"
        if everyone
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Who", lambda e: f"{_kind(e)}: {_who(e)}" if _kind(e) != "All" else "All"),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: revenue a month that they brought while they were customers, in sum."
        + for_all(lost, words),
    )


def _kind(e: Estimate) -> str:
    """Say what the group is one of."""
    if e.group.get("reason") is not None:
        return "By reason"
    kind, _, rest = str(e.group.get("group") or "").partition(" ")
    return f"By {kind}" if rest else "All" if not kind else "By group"


def _who(e: Estimate) -> str:
    name = e.group.get("reason") or e.group.get("group")
    return (
        "All" if name is None else label(_short(str(name)) if e.group.get("group") else str(name))
    )


def _ranked(lost: list[Estimate]) -> list[Estimate]:
    """Put all first, then each kind with the largest loss on top."""
    kinds = list(dict.fromkeys(_kind(e) for e in lost))
    return sorted(lost, key=lambda e: (kinds.index(_kind(e)), -number_of(e)))


def _reasons(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("breakoff_reasons")
    if not figure:
        return
    words = evidence.words
    shares = evidence.every("breakoff_reasons", "incidence")
    ranked = sorted(shares, key=number_of, reverse=True)
    rows = grouped(
        ranked,
        words,
        heading=lambda e: label(key_words(e.group.get("reason"))),
        label=lambda e: f"within {key_words(e.group.get('month'))} months",
    )
    reasons = list(dict.fromkeys(str(e.group["reason"]) for e in ranked if e.group.get("reason")))
    yield figure_block(
        figure,
        finding=_reason_finding(reasons, ranked, evidence),
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: share of all customers who have broken off for the reason by then; "
        "whisker: 95 % interval.",
        notes=["Nobody was asked why: customers fell silent and said nothing."]
        if reasons == ["silence"]
        else [],
    )


def _reason_finding(reasons: list[str], ranked: list[Estimate], evidence: Evidence) -> str | None:
    if reasons == ["silence"]:
        return "Why customers break off is not known: they only fall silent"
    first = next((e for e in ranked if e.value is not None), None)
    if not first:
        return None
    return (
        f"The most frequent reason is {first.group['reason']}: {evidence.words.value(first)} within "
        f"{first.group['month']} months"
    )


def _sensitivity(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("breakoff_sensitivity")
    if not figure:
        return
    series = [
        Series(
            label(measure),
            tuple(
                Point(float(e.group["days"] or 0), number_of(e), e.low, e.high)
                for e in evidence.known("breakoff_sensitivity", measure)
            ),
        )
        for measure in ("broken_off", "won_back")
    ]
    axes = Axes(
        "Silence that counts as breaking off (days)",
        "Share of customers",
        y_format=PERCENT_FORMAT,
        x_values=tuple(point.x for point in series[0].points),
    )
    has_any = any(one.points for one in series)
    yield figure_block(
        figure,
        finding=_sensitivity_finding(series[0].points),
        tables=[long_table(figure, evidence.words)],
        chart=partial(curves_chart, series, axes) if has_any else None,
        reading="Broken off: share of all who ever ordered. Came back: share of those who ever "
        "broke off who ordered again; where it is large, the silence is too short.",
        notes=[e.why for e in figure.estimates if e.value is None and e.why][:1],
    )


def _sensitivity_finding(points: tuple[Point, ...]) -> str | None:
    if not points:
        return None
    first, last = points[0], points[-1]
    return (
        f"With {first.x:.0f} days of silence {first.y:.0%} have broken off, with {last.x:.0f} days "
        f"{last.y:.0%}"
    ).replace("%", "\N{NO-BREAK SPACE}%")
