"""Bars from estimates: one row each, under headings where there are kinds of them."""

from collections.abc import Callable, Iterable, Sequence

from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Better
from outsidein.present.charts.bar_rows import BarRow
from outsidein.present.charts.canvas import BETTER, NEUTRAL, WORSE
from outsidein.present.charts.figure_chart import FigureChart, row_chart
from outsidein.present.wording import Wording

Naming = Callable[[Estimate], str]
Direction = Callable[[Estimate], Better | None]


def no_direction(_: Estimate) -> Better | None:
    """Leave open which way is good."""
    return None


def bar(estimate: Estimate, words: Wording, label: str, better: Better | None = None) -> BarRow:
    """Draw one estimate as a bar with its interval, or its reason in words.

    Args:
        estimate: One number.
        words: How it is written.
        label: What stands to its left.
        better: Which way is good; it decides the colour.
    """
    if estimate.value is None:
        return BarRow(label, words.value(estimate))
    return BarRow(
        label,
        words.value(estimate),
        words.evidence(estimate),
        end=estimate.value,
        low=estimate.low,
        high=estimate.high,
        colour=colour_of(estimate, better),
    )


def colour_of(estimate: Estimate, better: Better | None) -> str:
    """Colour a number by whether more of it is good; one that may be of either sign is neutral.

    Example:
        >>> from outsidein.figures.figure import Unit
        >>> loss = Estimate("profit", Unit.MONEY, 40, -120.0, -200.0, -40.0)
        >>> colour_of(loss, Better.MORE) == WORSE, colour_of(loss, Better.LESS) == BETTER
        (True, True)
        >>> colour_of(Estimate("profit", Unit.MONEY, 40, -9.0, -50.0, 40.0), Better.MORE) == NEUTRAL
        True
    """
    value, low, high = estimate.value or 0.0, estimate.low, estimate.high
    is_unclear = low is not None and high is not None and low < 0 < high
    if better is None or is_unclear or not value:
        return NEUTRAL
    return BETTER if (value > 0) == (better is Better.MORE) else WORSE


def bar_chart(
    estimates: Iterable[Estimate],
    words: Wording,
    label: Naming,
    heading: Naming | None = None,
    *,
    better: Direction = no_direction,
) -> FigureChart | None:
    """Draw estimates as bars, under headings in the order of their first appearance.

    Args:
        estimates: In the order in which they are drawn.
        words: How numbers are written.
        label: What stands to the left of a bar.
        heading: What stands above the bars that have it in common; none where it is empty.
        better: Which way an estimate is good.

    Returns:
        The chart; None where no estimate has a number.
    """
    drawn = list(estimates)
    rows = [bar(e, words, label(e), better(e)) for e in drawn]
    if heading:
        rows = _under_headings([heading(e) for e in drawn], rows)
    return row_chart(rows, shared_reason(drawn, words))


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
