"""A grid of shares: each cell shaded by its share and with the share written in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from outsidein.present.charts.canvas import INK, MUTED, NEUTRAL, WIDE, Margins, Size, VegaLite, view
from outsidein.present.charts.marks import Box, Text, boxes, texts

PALE, DEEP = 0.05, 0.5
"""How opaque the shades of nothing and of all are; words on either are readable."""

LABEL_WIDE, LABEL_NARROW = 92, 82
TALL, LEAST_WIDE = 26, 38
"""Height of a row, and the width below which a cell cannot hold its share (pixels)."""


@dataclass(frozen=True, slots=True)
class ShareGrid:
    """Shares (0 to 1) by row and column; a missing cell stays empty.

    `few` names the columns that are drawn where there is no room for all.
    """

    corner: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shares: Mapping[tuple[str, str], float]
    few: tuple[str, ...] = ()


def grid_chart(grid: ShareGrid, size: Size) -> VegaLite:
    """Draw a grid, the first row on top."""
    left = LABEL_NARROW if size.width < WIDE.width else LABEL_WIDE
    is_tight = (size.width - left) / max(len(grid.columns), 1) < LEAST_WIDE
    columns = grid.few if is_tight and grid.few else grid.columns
    wide = (size.width - left) / max(len(columns), 1)
    drawn: list[Box] = []
    words = [Text(0, TALL / 2, grid.corner, colour=MUTED)]
    for across, column in enumerate(columns):
        words.append(Text(left + wide * (across + 0.5), TALL / 2, column, "center", colour=MUTED))
    for down, row in enumerate(grid.rows):
        middle = TALL * (down + 1.5)
        words.append(Text(0, middle, row))
        for across, column in enumerate(columns):
            share = grid.shares.get((row, column))
            if share is None:
                continue
            x = left + wide * across
            drawn.append(_cell(share, x, x + wide, middle))
            words.append(_number(share, x + wide / 2, middle))
    font = size.font - 1
    height = TALL * (len(grid.rows) + 1)
    return view([*boxes(drawn), *texts(words, font=font)], size, Margins(), height=height)


def _number(share: float, x: float, y: float) -> Text:
    return Text(x, y, f"{share:.0%}".replace("%", " %"), "center", colour=INK)


def _cell(share: float, left: float, right: float, middle: float) -> Box:
    opacity = PALE + (DEEP - PALE) * min(max(share, 0.0), 1.0)
    low, high = middle - TALL / 2 + 1, middle + TALL / 2 - 1
    return Box(left + 1, low, right - 1, high, NEUTRAL, opacity=opacity)
