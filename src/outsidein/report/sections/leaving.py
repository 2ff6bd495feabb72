"""Why customers churn, what they brought, and how much the rule decides."""

from collections.abc import Iterator

from outsidein.churn.figures import (
    CHURN_MONEY,
    CHURN_REASONS,
    CHURN_SENSITIVITY,
    CHURNED,
    INCIDENCE,
    REVENUE_PER_MONTH_LOST,
    WON_BACK,
)
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Measure
from outsidein.headlines.doubts import rule_doubts, start_doubts
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.display_tables import group_text
from outsidein.present.figure_view import Bars, CrossTable, FigureView, by
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit
from outsidein.report.findings import short_name


def _money_lost(evidence: Evidence) -> Statement | None:
    numbers = evidence.numbers(CHURN_MONEY, REVENUE_PER_MONTH_LOST)
    everyone = next((e for e in numbers if _who(e) == "All"), None)
    if not everyone:
        return None
    return heading(
        CHURN_MONEY,
        f"Those who left in the last 365 days and have not returned had brought "
        f"{evidence.words.value(everyone)} a month",
        everyone,
        doubts=rule_doubts(evidence),
        says=("revenue_lost",),
    )


def _money_chart(view: FigureView) -> FigureChart | None:
    """Draw all first, then each kind of group with the largest loss on top."""
    lost = _without_single_reason(view.select(REVENUE_PER_MONTH_LOST))
    kinds = list(dict.fromkeys(_kind(e) for e in lost))
    ranked = sorted(lost, key=lambda e: (kinds.index(_kind(e)), -number_of(e)))
    return view.bars(ranked, _who, _kind)


def _without_single_reason(lost: list[Estimate]) -> list[Estimate]:
    """Leave out the reason where there is only one: it says what all together say."""
    reasons = [e for e in lost if e.group.get("reason") is not None]
    return [e for e in lost if e not in reasons or len(reasons) > 1]


def _kind(e: Estimate) -> str:
    """Say what the group is one of."""
    if e.group.get("reason") is not None:
        return "By reason"
    kind, _, rest = str(e.group.get("group") or "").partition(" ")
    return f"By {kind}" if rest else "By group" if kind else ""


def _who(e: Estimate) -> str:
    reason, group = e.group.get("reason"), e.group.get("group")
    if reason is not None:
        return label(str(reason))
    return "All" if group is None else label(short_name(str(group)))


def _ranked_reasons(evidence: Evidence) -> list[Estimate]:
    shares = evidence.select(CHURN_REASONS, INCIDENCE)
    return sorted(shares, key=number_of, reverse=True)


def _is_only_silence(view: FigureView) -> bool:
    reasons = {e.group.get("reason") for e in view.select(INCIDENCE)} - {None}
    return reasons == {"silence"}


def _reasons_chart(view: FigureView) -> FigureChart | None:
    """Draw the reasons; silence alone is none."""
    bars = Bars(
        (INCIDENCE,),
        lambda e: f"within {group_text(e.group.get('month'))} months",
        by("reason"),
        is_ranked=True,
        has_reasons=True,
    )
    return None if _is_only_silence(view) else bars(view)


def _main_reason(evidence: Evidence) -> Statement | str | None:
    if _is_only_silence(evidence.view(CHURN_REASONS)):
        return "Why customers leave is not known: no reason is recorded"
    first = next((e for e in _ranked_reasons(evidence) if e.value), None)
    if not first:
        return None
    base = "of all customers"
    return heading(
        CHURN_REASONS,
        f"The most frequent reason is {first.group['reason']}: {evidence.words.value(first)} "
        f"{base} left for it within {first.group['month']} months",
        first,
        base=base,
        no_effect=0.0,
        doubts=(*rule_doubts(evidence), *start_doubts(evidence)),
    )


def _nobody_asked(evidence: Evidence) -> Iterator[str]:
    if _is_only_silence(evidence.view(CHURN_REASONS)):
        yield "No reason is recorded: the rule sees only that customers fell silent."


def _by_silence(view: FigureView, measure: Measure) -> tuple[Point, ...]:
    return tuple(
        Point(float(e.group["days"] or 0), number_of(e), e.low, e.high)
        for e in view.numbers(measure)
    )


def _sensitivity(evidence: Evidence) -> str | None:
    points = _by_silence(evidence.view(CHURN_SENSITIVITY), CHURNED)
    if not points:
        return None
    first, last = points[0], points[-1]
    return (
        f"With {first.x:.0f} days of silence {first.y:.0%} have churned, with {last.x:.0f} days "
        f"{last.y:.0%}"
    ).replace("%", "\N{NO-BREAK SPACE}%")


def _sensitivity_chart(view: FigureView) -> FigureChart | None:
    series = [Series(label(m.name), _by_silence(view, m)) for m in (CHURNED, WON_BACK)]
    axes = Axes(
        "Silence that counts as churning (days)",
        "Share of customers",
        y_format=PERCENT_FORMAT,
        x_values=tuple(point.x for point in series[0].points),
    )
    return line_chart(series, axes)


def _why_no_sensitivity(evidence: Evidence) -> list[str]:
    estimates = evidence.view(CHURN_SENSITIVITY).figure.estimates
    return [e.why for e in estimates if e.value is None and e.why][:1]


LEAVING_EXHIBITS = (
    Exhibit(
        spec=CHURN_MONEY,
        about="what those who churned brought",
        finding=_money_lost,
        chart=_money_chart,
        reading="Bars: revenue a month that they brought while they were customers, in sum.",
        tables=CrossTable("Who", lambda e: f"{_kind(e)}: {_who(e)}".removeprefix(": ")),
    ),
    Exhibit(
        spec=CHURN_REASONS,
        about="why they churn",
        finding=_main_reason,
        chart=_reasons_chart,
        reading="Bars: share of all customers who have churned for the reason by then; "
        "whisker: 95 % interval.",
        notes=_nobody_asked,
    ),
    Exhibit(
        spec=CHURN_SENSITIVITY,
        about="what another silence would say",
        finding=_sensitivity,
        chart=_sensitivity_chart,
        reading="Churned: share of all who ever ordered. Came back: share of those who ever "
        "churned who ordered again; where it is large, the silence is too short.",
        notes=_why_no_sensitivity,
    ),
)
