"""Why customers churn, what they brought, and how much the rule decides."""

from collections.abc import Iterator
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import for_all, grouped
from outsidein.present.blocks import Block, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import crossed, key_words, long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.findings import short_name


def leaving_blocks(evidence: Evidence) -> Iterator[Block]:
    """Show money lost, reasons, and the sensitivity of the rule."""
    yield from _money(evidence)
    yield from _reasons(evidence)
    yield from _sensitivity(evidence)


def _money(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("churn_money")
    if not figure:
        return
    words = evidence.words
    lost = evidence.every("churn_money", "revenue_per_month_lost")
    rows = grouped(_ranked(_told_apart(lost)), words, heading=_kind, label=_who)
    everyone = next((e for e in lost if _who(e) == "All" and e.value is not None), None)
    yield figure_block(
        figure,
        finding=f"{words.value(everyone)} a month were brought by those who churned in a year"
        if everyone
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Who", lambda e: f"{_kind(e)}: {_who(e)}".removeprefix(": ")),
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
    return f"By {kind}" if rest else "By group" if kind else ""


def _who(e: Estimate) -> str:
    reason, group = e.group.get("reason"), e.group.get("group")
    if reason is not None:
        return label(str(reason))
    return "All" if group is None else label(short_name(str(group)))


def _told_apart(lost: list[Estimate]) -> list[Estimate]:
    """Leave out the reason where there is only one: it says what all together say."""
    reasons = [e for e in lost if e.group.get("reason") is not None]
    return [e for e in lost if e not in reasons or len(reasons) > 1]


def _ranked(lost: list[Estimate]) -> list[Estimate]:
    """Put all first, then each kind with the largest loss on top."""
    kinds = list(dict.fromkeys(_kind(e) for e in lost))
    return sorted(lost, key=lambda e: (kinds.index(_kind(e)), -number_of(e)))


def _reasons(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("churn_reasons")
    if not figure:
        return
    words = evidence.words
    shares = evidence.every("churn_reasons", "incidence")
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
        reading="Bars: share of all customers who have churned for the reason by then; "
        "whisker: 95 % interval.",
        notes=["Nobody was asked why: customers fell silent and said nothing."]
        if reasons == ["silence"]
        else [],
    )


def _reason_finding(reasons: list[str], ranked: list[Estimate], evidence: Evidence) -> str | None:
    if reasons == ["silence"]:
        return "Why customers churn is not known: they only fall silent"
    first = next((e for e in ranked if e.value), None)
    if not first:
        return None
    return (
        f"The most frequent reason is {first.group['reason']}: {evidence.words.value(first)} "
        f"within {first.group['month']} months"
    )


def _sensitivity(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("churn_sensitivity")
    if not figure:
        return
    series = [
        Series(
            label(measure),
            tuple(
                Point(float(e.group["days"] or 0), number_of(e), e.low, e.high)
                for e in evidence.known("churn_sensitivity", measure)
            ),
        )
        for measure in ("churned", "won_back")
    ]
    axes = Axes(
        "Silence that counts as churning (days)",
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
        reading="Churned: share of all who ever ordered. Came back: share of those who ever "
        "churned who ordered again; where it is large, the silence is too short.",
        notes=[e.why for e in figure.estimates if e.value is None and e.why][:1],
    )


def _sensitivity_finding(points: tuple[Point, ...]) -> str | None:
    if not points:
        return None
    first, last = points[0], points[-1]
    return (
        f"With {first.x:.0f} days of silence {first.y:.0%} have churned, with {last.x:.0f} days "
        f"{last.y:.0%}"
    ).replace("%", "\N{NO-BREAK SPACE}%")
