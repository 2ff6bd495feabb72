"""Bars from estimates: one row each, under headings where there are kinds of them."""

from collections.abc import Callable, Iterable, Sequence

from outsidein.figures.figure import Estimate
from outsidein.present.charts.bar_rows import BarRow
from outsidein.present.charts.figure_chart import FigureChart, row_chart
from outsidein.present.money_scale import NBSP
from outsidein.present.wording import Wording

Naming = Callable[[Estimate], str]


def bar(
    estimate: Estimate, words: Wording, label: str, *, has_shared_reason: bool = False
) -> BarRow:
    """Draw one estimate as a bar with its interval, or its reason in words.

    Args:
        estimate: One number.
        words: How it is written.
        label: What stands to its left.
        has_shared_reason: Whether the caption of the chart says why there is no interval.
    """
    if estimate.value is None:
        return BarRow(label, words.value(estimate))
    n = "" if estimate.n is None else f"n{NBSP}={NBSP}{estimate.n:,}"
    return BarRow(
        label,
        words.value(estimate),
        n if has_shared_reason else words.evidence(estimate),
        end=estimate.value,
        low=estimate.low,
        high=estimate.high,
    )


def bar_chart(
    estimates: Iterable[Estimate], words: Wording, label: Naming, heading: Naming | None = None
) -> FigureChart | None:
    """Draw estimates as bars, under headings in the order of their first appearance.

    Args:
        estimates: In the order in which they are drawn.
        words: How numbers are written.
        label: What stands to the left of a bar.
        heading: What stands above the bars that have it in common; none where it is empty.

    Returns:
        The chart; None where no estimate has a number.
    """
    drawn = list(estimates)
    reason = shared_reason(drawn, words)
    rows = [bar(e, words, label(e), has_shared_reason=bool(reason)) for e in drawn]
    if heading:
        rows = _under_headings([heading(e) for e in drawn], rows)
    return row_chart(rows, reason)


def shared_reason(estimates: Iterable[Estimate], words: Wording) -> str:
    """Word why no number has an interval, where the reason is the same for all of them."""
    numbers = [e for e in estimates if e.value is not None]
    if any(e.low is not None or e.high is not None for e in numbers):
        return ""
    reasons = {words.interval(e) for e in numbers}
    reason = reasons.pop() if len(reasons) == 1 else ""
    return f" {reason[:1].upper()}{reason[1:]}." if reason else ""


def _under_headings(headings: Sequence[str], rows: Sequence[BarRow]) -> list[BarRow]:
    by_heading: dict[str, list[BarRow]] = {}
    for heading, row in zip(headings, rows, strict=True):
        by_heading.setdefault(heading, []).append(row)
    return [
        row
        for heading, below in by_heading.items()
        for row in (*([BarRow(heading, is_heading=True)] if heading else []), *below)
    ]
