"""Sizes, colours and the empty view on which every chart is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

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


def rows_of(rows: Sequence[dict[str, Any]]) -> alt.Data:
    """Wrap rows as the inline data of a layer."""
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def y_axis(title: str, labels: str, margins: Margins) -> alt.Axis:
    """The axis to the left, its title above it rather than along it."""
    return alt.Axis(
        title=title,
        labelExpr=labels,
        tickCount=5,
        domain=False,
        ticks=False,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleX=-margins.left + 2,
        titleY=-18,
        titleBaseline="middle",
    )


def view(
    layers: Sequence[alt.Chart], size: Size, margins: Margins, *, height: int
) -> alt.LayerChart:
    """Lay layers on a view whose outer width is the size's, measured by nothing but numbers."""
    inner = size.width - margins.left - margins.right
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(
            width=inner,
            height=height,
            autosize=alt.AutoSizeParams(type="none"),
            padding={
                "left": margins.left,
                "right": margins.right,
                "top": margins.top,
                "bottom": margins.bottom,
            },
        )
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=size.font - 1,
            titleFontSize=size.font - 1,
            titleFontWeight="normal",
            labelColor=MUTED,
            titleColor=MUTED,
            gridColor=RULE,
            domainColor=RULE,
            tickColor=RULE,
            labelOverlap=True,
        )
    )
    return chart
