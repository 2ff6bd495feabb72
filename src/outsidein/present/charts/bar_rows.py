"""Rows: one bar per estimate from a zero line, its interval as a whisker, its numbers in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from outsidein.present.charts.canvas import (
    BLUE,
    INK,
    MUTED,
    RUST,
    Margins,
    Size,
    VegaLite,
    view,
)
from outsidein.present.charts.marks import Box, Line, Text, boxes, lines, texts

LABEL_WIDTH, TEXT_WIDTH = 180, 200
"""Columns of words to the left and right of the bars of a wide chart (pixels)."""

LINE, BAR, GAP = 17, 16, 14
"""Heights of a line of words, of a bar and between two rows (pixels)."""

IN_LABEL, IN_TEXT, IN_ROW, ON_PHONE = 25, 30, 72, 46
"""Characters that go into the columns, beside a label without a bar, and across a phone."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar, or a heading over the bars that follow.

    `start` is where the bar begins; without an `end` the `text` stands in its place.
    """

    label: str
    text: str = ""
    note: str = ""
    end: float | None = None
    low: float | None = None
    high: float | None = None
    start: float = 0.0
    is_heading: bool = False


Place = Callable[[float], float]


def rows_chart(rows: Sequence[BarRow], size: Size) -> VegaLite:
    """Draw rows, the first on top."""
    place = _scale(rows, size)
    words: list[Text] = []
    bars: list[Box] = []
    whiskers: list[Line] = []
    zeros: list[Line] = []
    top = 0.0
    for row in rows:
        written = list((_phone_words if size.is_narrow else _wide_words)(row, top))
        words += written
        below = max(word.y for word in written) + LINE / 2
        middle = below + 4 + BAR / 2 if size.is_narrow else (top + below) / 2
        if row.end is not None:
            bars.append(_bar(row, place, middle))
            whiskers += _whisker(row, place, middle)
            below = max(below, middle + BAR / 2)
            zeros.append(_zero(place(0), middle))
        top = below + GAP
    drawn = [*lines(zeros), *boxes(bars), *lines(whiskers), *texts(words, font=size.font)]
    return view(drawn, size, Margins(top=4, bottom=4), height=round(top - GAP))


def _scale(rows: Sequence[BarRow], size: Size) -> Place:
    left, right = (1, size.width - 1) if size.is_narrow else (LABEL_WIDTH, size.width - TEXT_WIDTH)
    bounds = [r for r in rows if r.end is not None]
    ends = [x for r in bounds for x in (r.start, r.end, r.low, r.high) if x is not None]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    pixels = (right - left) / ((high - low) or 1.0)
    return lambda number: left + (number - low) * pixels


def _bar(row: BarRow, place: Place, middle: float) -> Box:
    end = row.end if row.end is not None else row.start
    left, right = sorted((place(row.start), place(end)))
    colour = RUST if end < row.start else BLUE
    return Box(left, middle - BAR / 2, max(right, left + 1), middle + BAR / 2, colour)


def _zero(x: float, middle: float) -> Line:
    return Line(x, middle - BAR / 2 - 4, x, middle + BAR / 2 + 4, MUTED, 1)


def _whisker(row: BarRow, place: Place, middle: float) -> Iterator[Line]:
    if row.low is None or row.high is None:
        return
    low, high = place(row.low), place(row.high)
    yield Line(low, middle, high, middle, "#ffffff", 6)
    yield Line(low, middle, high, middle, INK, 2)
    yield Line(low, middle - 6, low, middle + 6, INK, 2)
    yield Line(high, middle - 6, high, middle + 6, INK, 2)


def _wide_words(row: BarRow, top: float) -> Iterator[Text]:
    weight = "bold" if row.is_heading else "normal"
    labels = wrap(row.label, IN_ROW if row.is_heading else IN_LABEL)
    values, notes = ([row.text], wrap(row.note, IN_TEXT)) if row.end is not None else ([], [])
    reasons = wrap(row.text, IN_ROW) if row.end is None else []
    tall = max(len(labels), len(values) + len(notes), len(reasons)) * LINE
    yield from _stack(labels, 0, top, tall, weight=weight)
    x = 720 - TEXT_WIDTH + 12
    for place, line in enumerate([*values, *notes]):
        y = top + (tall - LINE * (len(values) + len(notes))) / 2 + LINE * (place + 0.5)
        is_value = place < len(values)
        yield Text(x, y, line, weight="bold" if is_value else "normal", colour=_tone(is_value))
    yield from _stack(reasons, LABEL_WIDTH + 8, top, tall, style="italic", colour=MUTED)


def _phone_words(row: BarRow, top: float) -> Iterator[Text]:
    weight = "bold" if row.is_heading else "normal"
    written = 0
    for line in wrap(row.label, ON_PHONE - len(row.text) if row.end is not None else ON_PHONE):
        yield Text(0, top + LINE * (written + 0.5), line, weight=weight)
        written += 1
    if row.end is not None:
        yield Text(327, top + LINE / 2, row.text, align="right", weight="bold")
    style = "normal" if row.end is not None else "italic"
    for line in wrap(row.note if row.end is not None else row.text, ON_PHONE):
        yield Text(0, top + LINE * (written + 0.5), line, style=style, colour=MUTED)
        written += 1


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


def _tone(is_value: bool) -> str:  # noqa: FBT001
    return INK if is_value else MUTED
