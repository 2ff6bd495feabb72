"""Sizes, colours and the empty view on which every chart is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

INK, MUTED, RULE = "#1f2933", "#52606d", "#d5dbe1"
BLUE, RUST, GREEN, PLUM, OCHRE, SLATE = (
    "#1f5f8b",
    "#a8461c",
    "#23704f",
    "#6d4a94",
    "#7a5b00",
    "#44515e",
)
COLOURS = (BLUE, RUST, GREEN, PLUM, OCHRE, SLATE)
"""Each at 4.5 to 1 or more against white; never the only signal."""

DASHES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 5])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
"""Arial and Liberation Sans are equally wide, so layouts hold with either."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a chart has, and how large its marks are."""

    name: str
    width: int
    font: int
    ticks: int
    mark: int
    is_narrow: bool


WIDE = Size("wide", width=720, font=13, ticks=6, mark=40, is_narrow=False)
NARROW = Size("narrow", width=328, font=13, ticks=4, mark=60, is_narrow=True)
SIZES = (WIDE, NARROW)


@dataclass(frozen=True, slots=True)
class Margins:
    """Room around the plot (pixels)."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


VegaLite = Mapping[str, Any]
"""A piece of Vega-Lite: a layer, a channel, a whole chart."""


def layer(
    rows: Sequence[Mapping[str, Any]], mark: str, look: VegaLite, **channels: VegaLite
) -> VegaLite:
    """Draw rows, one mark each.

    Args:
        rows: What is drawn; it goes into the chart.
        mark: What each is drawn as.
        look: How, for all of them alike.
        channels: Which column says what of a mark.
    """
    return {"data": {"values": list(rows)}, "mark": {"type": mark, **look}, "encoding": channels}


def quantity(field: str, **how: Any) -> VegaLite:  # noqa: ANN401  as Vega-Lite has it
    """A column of numbers that places marks."""
    return {"field": field, "type": "quantitative", **how}


def words(field: str, **how: Any) -> VegaLite:  # noqa: ANN401  as Vega-Lite has it
    """A column of texts."""
    return {"field": field, "type": "nominal", **how}


def y_axis(title: str, labels: str, margins: Margins) -> VegaLite:
    """The axis to the left, its title above it rather than along it."""
    return {
        "title": title,
        "labelExpr": labels,
        "tickCount": 5,
        "domain": False,
        "ticks": False,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "start",
        "titleX": -margins.left + 2,
        "titleY": -18,
        "titleBaseline": "middle",
    }


def view(layers: Sequence[VegaLite], size: Size, margins: Margins, *, height: int) -> VegaLite:
    """Lay layers on a view whose outer width is the size's, measured by nothing but numbers."""
    return {
        "layer": list(layers),
        "width": size.width - margins.left - margins.right,
        "height": height,
        "autosize": {"type": "none"},
        "padding": asdict(margins),
        "config": {
            "font": FONT,
            "background": "transparent",
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": size.font - 1,
                "titleFontSize": size.font - 1,
                "titleFontWeight": "normal",
                "labelColor": MUTED,
                "titleColor": MUTED,
                "gridColor": RULE,
                "domainColor": RULE,
                "tickColor": RULE,
                "labelOverlap": True,
            },
        },
    }
