"""A chart: what is drawn in each size, and what its caption adds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from outsidein.present.charts.bar_rows import BarRow, rows_chart
from outsidein.present.charts.canvas import ChartLine, Size, VegaLite
from outsidein.present.charts.curves import Axes, Series, curves_chart
from outsidein.present.display_tables import DisplayTable, plain_table


@dataclass(frozen=True, slots=True)
class FigureChart:
    """A chart that has something to show.

    Attributes:
        draw: Returns the chart for a size.
        note: Ends its caption.
        numbers: What is drawn, as a table; None where it would only repeat the figure's.
        at_day: Returns the line at a day, where the chart has days; None for a day beyond it.
    """

    draw: Callable[[Size], VegaLite]
    note: str = ""
    numbers: DisplayTable | None = None
    at_day: Callable[[date, Size], ChartLine | None] | None = None


def row_chart(rows: Sequence[BarRow], note: str = "") -> FigureChart | None:
    """Draw rows, unless none of them has a bar."""
    if not any(row.end is not None for row in rows):
        return None
    return FigureChart(partial(rows_chart, rows), note, _numbers(rows))


def _numbers(rows: Sequence[BarRow]) -> DisplayTable:
    """One row per bar: its name, its number, and what that rests on."""
    heading, written = "", []
    for row in rows:
        if row.is_heading:
            heading = row.label
        else:
            name = f"{heading}: {row.label}" if heading else row.label
            written.append((name, row.text, row.note))
    return plain_table("Numbers of the chart", ("", "Number", "95 % interval, how many"), written)


def line_chart(series: Sequence[Series], axes: Axes) -> FigureChart | None:
    """Draw series along common axes, unless none of them has a point."""
    if not any(one.points for one in series):
        return None
    return FigureChart(partial(curves_chart, series, axes))
