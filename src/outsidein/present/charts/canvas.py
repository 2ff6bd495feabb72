"""Sizes, colours and the empty view on which every chart is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

INK, MUTED, RULE, PAPER = "#1f2933", "#52606d", "#d5dbe1", "#ffffff"
BETTER, WORSE, NEUTRAL = "#1f5f8b", "#a8461c", "#5b6b7a"
"""The only colours with a meaning: the more of it the better, the worse, neither or not clear.

Blue and rust differ for every kind of colour vision; neither is ever the only signal. A style
sheet may exchange each colour for another, as in the dark.
"""

CATEGORIES = ("#44515e", "#6d4a94", "#7a5b00", "#75513a", "#39424c", "#6b7681")
"""Colours of series, without a meaning: names, dashes and shapes tell series apart."""

BAND = "#e4edf3"
"""Between the limits of a control chart."""

IN_THE_DARK = {
    INK: "#e4e8ec",
    MUTED: "#a3afba",
    RULE: "#36414b",
    PAPER: "#14191e",
    BAND: "#223140",
    BETTER: "#6cb2e6",
    WORSE: "#f0935f",
    NEUTRAL: "#93a1ae",
    **dict(
        zip(
            CATEGORIES,
            ("#a9b4c0", "#c3a2e2", "#d3b25f", "#d0a78a", "#dfe5ea", "#8d99a4"),
            strict=True,
        )
    ),
}
"""What a style sheet puts in place of each colour on a dark page."""

DASHES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 5])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

TIP = "tip: "
"""Begins the description of a mark that is shown to who points at it."""

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
"""Arial and Liberation Sans are equally wide, so layouts hold with either."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a chart has, and how large its marks are.

    `label` and `text` are the widths of the columns of words to the left and right of bars
    (pixels), `most` is how many rows of bars are drawn at most.
    """

    name: str
    width: int
    font: int
    ticks: int
    mark: int
    is_narrow: bool
    label: int = 0
    text: int = 0
    most: int | None = None


WIDE = Size("wide", 480, font=13, ticks=5, mark=40, is_narrow=False, label=172)
NARROW = Size("narrow", 328, font=13, ticks=4, mark=50, is_narrow=True)
ON_PAPER = Size("paper", 328, font=12, ticks=4, mark=36, is_narrow=False, label=118, most=14)
"""Half the width of a printed page."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Room around the plot (pixels)."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line up on a drawn chart (pixels from its left and its top)."""

    x: float
    top: float
    bottom: float
    text: str = ""
    """What it stands for, shown to who points at it."""


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
