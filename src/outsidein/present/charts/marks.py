"""Marks placed by pixel: words, bars and rules."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from outsidein.present.charts.canvas import INK, TIP, VegaLite, layer, quantity, words


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
    """A filled rectangle from (`x`, `y`) to (`x2`, `y2`); `about` is shown to who points at it."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str
    about: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str = INK
    thickness: float = 2


def texts(written: Sequence[Text], *, font: int) -> Iterator[VegaLite]:
    """Write words, those of one look as one layer."""
    looks = sorted(written, key=_look)
    for (align, weight, style, colour), alike in groupby(looks, key=_look):
        look = {
            "align": align,
            "baseline": "middle",
            "fontSize": font,
            "fontWeight": weight,
            "fontStyle": style,
            "color": colour,
        }
        rows = [{"x": w.x, "y": w.y, "text": w.text} for w in alike]
        yield layer(rows, "text", look, x=_pixels("x"), y=_pixels("y"), text=words("text"))


def boxes(drawn: Sequence[Box]) -> Iterator[VegaLite]:
    """Fill rectangles."""
    if drawn:
        rows = [asdict(box) | {"about": f"{TIP}{box.about}"} for box in drawn]
        look = {"description": words("about"), "opacity": quantity("opacity", scale=None)}
        yield _spanned(rows, "rect", {}, **look)


def lines(drawn: Sequence[Line]) -> Iterator[VegaLite]:
    """Draw lines, those of one thickness as one layer, in the order given."""
    for thickness, alike in groupby(drawn, key=lambda line: line.thickness):
        yield _spanned([asdict(line) for line in alike], "rule", {"strokeWidth": thickness})


def _spanned(
    rows: Sequence[dict[str, Any]], mark: str, look: VegaLite, **channels: VegaLite
) -> VegaLite:
    return layer(
        rows,
        mark,
        look,
        x=_pixels("x"),
        x2={"field": "x2"},
        y=_pixels("y"),
        y2={"field": "y2"},
        color=words("colour", scale=None),
        **channels,
    )


def _look(word: Text) -> tuple[str, str, str, str]:
    return word.align, word.weight, word.style, word.colour


def _pixels(field: str) -> VegaLite:
    return quantity(field, scale=None, axis=None)
