"""Marks placed by pixel: words, bars and rules."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

import altair as alt

from outsidein.report.charts.canvas import INK, rows_of


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words; `align` is left, center or right of `x`."""

    x: float
    y: float
    text: str
    align: str = "left"
    weight: str = "normal"
    style: str = "normal"
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle from (`x`, `y`) to (`x2`, `y2`)."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str = INK
    thickness: float = 2


def texts(words: Sequence[Text], *, font: int) -> Iterator[alt.Chart]:
    """Write words, those of one look as one layer."""
    looks = sorted(words, key=_look)
    for (align, weight, style, colour), alike in groupby(looks, key=_look):
        data = rows_of([{"x": w.x, "y": w.y, "text": w.text} for w in alike])
        yield (
            alt.Chart(data)
            .mark_text(
                align=align,  # type: ignore[arg-type]
                baseline="middle",
                fontSize=font,
                fontWeight=weight,  # type: ignore[arg-type]
                fontStyle=style,
                color=colour,
            )
            .encode(x=_pixels("x"), y=_pixels("y"), text="text:N")
        )


def boxes(drawn: Sequence[Box]) -> Iterator[alt.Chart]:
    """Fill rectangles."""
    if drawn:
        yield (
            alt.Chart(rows_of([asdict(box) for box in drawn]))
            .mark_rect()
            .encode(
                x=_pixels("x"),
                x2="x2:Q",
                y=_pixels("y"),
                y2="y2:Q",
                color=alt.Color("colour:N", scale=None),
            )
        )


def lines(drawn: Sequence[Line]) -> Iterator[alt.Chart]:
    """Draw lines, those of one thickness as one layer, in the order given."""
    for thickness, alike in groupby(drawn, key=lambda line: line.thickness):
        yield (
            alt.Chart(rows_of([asdict(line) for line in alike]))
            .mark_rule(strokeWidth=thickness)
            .encode(
                x=_pixels("x"),
                x2="x2:Q",
                y=_pixels("y"),
                y2="y2:Q",
                color=alt.Color("colour:N", scale=None),
            )
        )


def _look(word: Text) -> tuple[str, str, str, str]:
    return word.align, word.weight, word.style, word.colour


def _pixels(field: str) -> alt.X | alt.Y:
    channel = alt.X if field.startswith("x") else alt.Y
    return channel(f"{field}:Q", scale=None, axis=None)
