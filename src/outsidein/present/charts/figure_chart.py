"""A chart: what is drawn in each size, and what its caption adds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from outsidein.present.charts.bar_rows import BarRow, rows_chart
from outsidein.present.charts.canvas import Size, VegaLite
from outsidein.present.charts.curves import Axes, Series, curves_chart


@dataclass(frozen=True, slots=True)
class FigureChart:
    """A chart that has something to show; `note` ends its caption."""

    draw: Callable[[Size], VegaLite]
    note: str = ""


def row_chart(rows: Sequence[BarRow], note: str = "") -> FigureChart | None:
    """Draw rows, unless none of them has a bar."""
    if not any(row.end is not None for row in rows):
        return None
    return FigureChart(partial(rows_chart, rows), note)


def line_chart(series: Sequence[Series], axes: Axes) -> FigureChart | None:
    """Draw series along common axes, unless none of them has a point."""
    if not any(one.points for one in series):
        return None
    return FigureChart(partial(curves_chart, series, axes))
