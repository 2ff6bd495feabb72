"""Rows of a chart from estimates."""

from collections.abc import Callable, Iterable

from outsidein.figures.figure import Estimate
from outsidein.present.charts.rows import Row
from outsidein.present.money import NBSP
from outsidein.present.wording import Wording


def bar(estimate: Estimate, words: Wording, label: str, *, is_said: bool = False) -> Row:
    """Draw one estimate as a bar with its interval, or its reason in words.

    Args:
        estimate: One number.
        words: How it is written.
        label: What stands to its left.
        is_said: Whether the reason why there is no interval is said once for the whole chart.
    """
    if estimate.value is None:
        return Row(label, words.value(estimate))
    n = "" if estimate.n is None else f"n{NBSP}={NBSP}{estimate.n:,}"
    return Row(
        label,
        words.value(estimate),
        n if is_said else words.evidence(estimate),
        end=estimate.value,
        low=estimate.low,
        high=estimate.high,
    )


def bars(
    estimates: Iterable[Estimate], words: Wording, label: Callable[[Estimate], str]
) -> list[Row]:
    """Draw estimates as bars."""
    drawn = list(estimates)
    is_said = bool(for_all(drawn, words))
    return [bar(e, words, label(e), is_said=is_said) for e in drawn]


def for_all(estimates: Iterable[Estimate], words: Wording) -> str:
    """Say why none of the numbers has an interval, if the reason is the same for all."""
    known = [e for e in estimates if e.value is not None]
    if any(e.low is not None or e.high is not None for e in known):
        return ""
    reasons = {words.interval(e) for e in known}
    reason = reasons.pop() if len(reasons) == 1 else ""
    return f" {reason[:1].upper()}{reason[1:]}." if reason else ""


def grouped(
    estimates: Iterable[Estimate],
    words: Wording,
    *,
    heading: Callable[[Estimate], str],
    label: Callable[[Estimate], str],
) -> list[Row]:
    """Draw estimates as bars under headings, in the order of their first appearance."""
    by_heading: dict[str, list[Row]] = {}
    drawn = list(estimates)
    is_said = bool(for_all(drawn, words))
    for estimate in drawn:
        row = bar(estimate, words, label(estimate), is_said=is_said)
        by_heading.setdefault(heading(estimate), []).append(row)
    return [
        row
        for name, rows in by_heading.items()
        for row in (*([Row(name, is_heading=True)] if name else []), *rows)
    ]
