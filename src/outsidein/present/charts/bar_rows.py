"""Rows: one bar per estimate from a zero line, its interval as a whisker, its numbers in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

from outsidein.present.charts.canvas import (
    INK,
    MUTED,
    NEUTRAL,
    PAPER,
    Margins,
    Size,
    VegaLite,
    view,
)
from outsidein.present.charts.marks import Box, Line, Text, boxes, lines, texts

LINE, BAR, GAP = 16, 14, 8
"""Heights of a line of words, of a bar and between two rows (pixels)."""

CHARACTER, BOLD = 7.0, 8.4
"""Width of a character (pixels), somewhat more than the usual."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar, or a heading over the bars that follow.

    `start` is where the bar begins; without an `end` the `text` stands in its place. `note` says
    what the number rests on; it is shown to who points at the bar.
    """

    label: str
    text: str = ""
    note: str = ""
    end: float | None = None
    low: float | None = None
    high: float | None = None
    start: float = 0.0
    is_heading: bool = False
    colour: str = NEUTRAL


Place = Callable[[float], float]


def rows_chart(rows: Sequence[BarRow], size: Size) -> VegaLite:
    """Draw rows, the first on top."""
    rows = _first(rows, size.most)
    size = _with_room(rows, size)
    place = _scale(rows, size)
    words: list[Text] = []
    bars: list[Box] = []
    whiskers: list[Line] = []
    zeros: list[Line] = []
    top = 0.0
    for row in rows:
        written = list((_phone_words if size.is_narrow else _wide_words)(row, top, size))
        words += written
        below = max(word.y for word in written) + LINE / 2
        middle = below + 3 + BAR / 2 if size.is_narrow else (top + below) / 2
        if row.end is not None:
            bars.append(_bar(row, place, middle))
            whiskers += _whisker(row, place, middle)
            below = max(below, middle + BAR / 2)
            zeros.append(_zero(place(0), middle))
        top = below + GAP
    drawn = [*lines(zeros), *boxes(bars), *lines(whiskers), *texts(words, font=size.font)]
    return view(drawn, size, Margins(top=4, bottom=4), height=round(top - GAP))


def _first(rows: Sequence[BarRow], most: int | None) -> Sequence[BarRow]:
    """Leave out what goes beyond the room, and a heading that would stand over nothing."""
    kept = list(rows[:most])
    while most and kept and kept[-1].is_heading:
        kept.pop()
    return kept


def _with_room(rows: Sequence[BarRow], size: Size) -> Size:
    """Make the column to the right as wide as its longest number."""
    longest = max((len(row.text) for row in rows if row.end is not None), default=0)
    return size if size.is_narrow else replace(size, text=round(longest * BOLD) + 10)


def _scale(rows: Sequence[BarRow], size: Size) -> Place:
    left, right = size.label + 1, size.width - size.text - 1
    bounds = [r for r in rows if r.end is not None]
    ends = [x for r in bounds for x in (r.start, r.end, r.low, r.high) if x is not None]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    pixels = (right - left) / ((high - low) or 1.0)
    return lambda number: left + (number - low) * pixels


def _bar(row: BarRow, place: Place, middle: float) -> Box:
    end = row.end if row.end is not None else row.start
    left, right = sorted((place(row.start), place(end)))
    about = f"{row.label}: {row.text}" + (f" ({row.note})" if row.note else "")
    low, high = middle - BAR / 2, middle + BAR / 2
    return Box(left, low, max(right, left + 1), high, row.colour, about)


def _zero(x: float, middle: float) -> Line:
    return Line(x, middle - BAR / 2 - 3, x, middle + BAR / 2 + 3, MUTED, 1)


def _whisker(row: BarRow, place: Place, middle: float) -> Iterator[Line]:
    if row.low is None or row.high is None:
        return
    low, high = place(row.low), place(row.high)
    yield Line(low, middle, high, middle, PAPER, 5)
    yield Line(low, middle, high, middle, INK, 2)
    yield Line(low, middle - 5, low, middle + 5, INK, 2)
    yield Line(high, middle - 5, high, middle + 5, INK, 2)


def _wide_words(row: BarRow, top: float, size: Size) -> Iterator[Text]:
    weight = "bold" if row.is_heading else "normal"
    labels = _lines(row.label, size.width if row.is_heading else size.label - 8)
    is_reason = row.end is None
    reasons = _lines(row.text, size.width - size.label - 8) if is_reason else []
    values = [] if is_reason else [row.text]
    tall = max(len(labels), len(reasons), len(values)) * LINE
    yield from _stack(labels, 0, top, tall, weight=weight)
    yield from _stack(values, size.width - size.text + 8, top, tall, weight="bold")
    yield from _stack(reasons, size.label + 8, top, tall, style="italic", colour=MUTED)


def _lines(words: str, pixels: float) -> list[str]:
    return wrap(words, _characters(pixels))


def _characters(pixels: float) -> int:
    return int(pixels / CHARACTER)


def _phone_words(row: BarRow, top: float, size: Size) -> Iterator[Text]:
    weight = "bold" if row.is_heading else "normal"
    across, is_bar = _characters(size.width), row.end is not None
    labels = wrap(row.label, across - len(row.text) if is_bar else across)
    for place, line in enumerate(labels):
        yield Text(0, top + LINE * (place + 0.5), line, weight=weight)
    if is_bar:
        yield Text(size.width - 1, top + LINE / 2, row.text, align="right", weight="bold")
        return
    for place, line in enumerate(wrap(row.text, across), len(labels)):
        yield Text(0, top + LINE * (place + 0.5), line, style="italic", colour=MUTED)


def _stack(
    words: Sequence[str],
    x: float,
    top: float,
    tall: float,
    *,
    weight: str = "normal",
    style: str = "normal",
    colour: str = INK,
) -> Iterator[Text]:
    first = top + (tall - LINE * len(words)) / 2
    for place, line in enumerate(words):
        yield Text(x, first + LINE * (place + 0.5), line, "left", weight, style, colour)
