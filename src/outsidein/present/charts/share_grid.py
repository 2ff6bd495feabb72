"""A grid of shares: each cell shaded by its share and with the share written in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outsidein.present.charts.canvas import INK, MUTED, Margins, Size, VegaLite, view
from outsidein.present.charts.marks import Box, Text, boxes, texts

PALE, DEEP = (244, 247, 250), (108, 152, 186)
"""Dark words stand on both at 4.5 to 1 or more."""

LABEL_WIDE, LABEL_NARROW = 150, 82
TALL = 30


@dataclass(frozen=True, slots=True)
class ShareGrid:
    """Shares (0 to 1) by row and column; a missing cell stays empty.

    `few` names the columns that are drawn on a phone.
    """

    corner: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shares: Mapping[tuple[str, str], float]
    few: tuple[str, ...] = ()


def grid_chart(grid: ShareGrid, size: Size) -> VegaLite:
    """Draw a grid, the first row on top."""
    columns = grid.few if size.is_narrow and grid.few else grid.columns
    left = LABEL_NARROW if size.is_narrow else LABEL_WIDE
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
            drawn.append(
                Box(
                    x + 1, middle - TALL / 2 + 1, x + wide - 1, middle + TALL / 2 - 1, _shade(share)
                )
            )
            words.append(_number(share, x + wide / 2, middle))
    font = size.font - 1
    height = TALL * (len(grid.rows) + 1)
    return view([*boxes(drawn), *texts(words, font=font)], size, Margins(), height=height)


def _number(share: float, x: float, y: float) -> Text:
    return Text(x, y, f"{share:.0%}".replace("%", " %"), "center", colour=INK)


def _shade(share: float) -> str:
    depth = min(max(share, 0.0), 1.0)
    parts: Sequence[int] = [round(p + (d - p) * depth) for p, d in zip(PALE, DEEP, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in parts)
