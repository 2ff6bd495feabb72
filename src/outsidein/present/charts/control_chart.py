"""Control charts and funnels: values between their limits, those outside marked and named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from outsidein.present.charts.canvas import (
    BAND,
    BETTER,
    INK,
    MUTED,
    NEUTRAL,
    WIDE,
    WORSE,
    ChartLine,
    Margins,
    Size,
    VegaLite,
    layer,
    quantity,
    view,
    words,
    y_axis,
)
from outsidein.standards.figures import LOWER_LIMIT, UPPER_LIMIT

HEIGHT_WIDE, HEIGHT_NARROW = 200, 180
RIGHT_WIDE, RIGHT_NARROW = 92, 66
"""Room for the names of the lines to the right (pixels)."""

APART = 15
MOST_NAMED = 6
"""Marks that are named at most, the furthest from the centre."""

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Mark:
    """One period or unit.

    `x` is a day (as `date.toordinal`) or a size; `state` is "", "worse" or "better"; `name` is
    written beside it where its state is not "".
    """

    x: float
    y: float
    low: float
    high: float
    state: str
    name: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How a chart of limits is named and written."""

    x_title: str
    y_title: str
    centre: float
    y_format: str
    is_dated: bool
    """Whether x are days; otherwise sizes, on a square-root scale."""


def limits_chart(marks: Sequence[Mark], limits: Limits, size: Size) -> VegaLite:
    """Draw values with their limits as a band, and mark those that signal."""
    plot = _Plot(sorted(marks, key=lambda mark: mark.x), limits, size)
    layers = [*_band(plot), *_centre(plot), *_values(plot), *_signals(plot), *_words(plot)]
    return view(layers, size, plot.margins, height=plot.height)


def line_at_day(marks: Sequence[Mark], limits: Limits, day: date, size: Size) -> ChartLine | None:
    """Return the line at a day of a dated chart; None for a day beyond it."""
    plot = _Plot(sorted(marks, key=lambda mark: mark.x), limits, size)
    left, right = plot.x_domain
    place = (day.toordinal() - left) / (right - left)
    if not limits.is_dated or not 0 <= place <= 1:
        return None
    margins = plot.margins
    x = margins.left + place * (size.width - margins.left - margins.right)
    return ChartLine(x, margins.top, margins.top + plot.height)


@dataclass(frozen=True, slots=True)
class _Plot:
    marks: Sequence[Mark]
    limits: Limits
    size: Size

    @property
    def height(self) -> int:
        return HEIGHT_NARROW if self.size.width < WIDE.width else HEIGHT_WIDE

    @property
    def margins(self) -> Margins:
        right = RIGHT_NARROW if self.size.width < WIDE.width else RIGHT_WIDE
        return Margins(46 if self.size.width < WIDE.width else 64, right, top=28, bottom=44)

    @property
    def y_domain(self) -> tuple[float, float]:
        ys = [y for mark in self.marks for y in (mark.y, mark.low, mark.high)]
        low, high = min(0.0, *ys), max(ys)
        return (low, high + (high - low) * 0.08) if high > low else (low, low + 1.0)

    @property
    def x_domain(self) -> tuple[float, float]:
        xs = [mark.x for mark in self.marks]
        pad = (max(xs) - min(xs)) * 0.02 or 1.0
        return min(xs) - (pad if self.limits.is_dated else 0), max(xs) + pad

    def place(self, number: float) -> float:
        """Turn an x into what the scale reads: milliseconds for days."""
        return (number - 719_163) * DAY_MS if self.limits.is_dated else number

    def x(self) -> VegaLite:
        dated = "timeFormat(datum.value, '%e %b %y')"
        axis = {
            "title": self.limits.x_title,
            "labelExpr": dated if self.limits.is_dated else "format(datum.value, ',')",
            "tickCount": self.size.ticks,
            "grid": False,
            "titleAnchor": "start",
        }
        domain = [self.place(end) for end in self.x_domain]
        kind = "utc" if self.limits.is_dated else "linear"
        return quantity("x", scale={"domain": domain, "nice": False, "type": kind}, axis=axis)

    def y(self, name: str = "y") -> VegaLite:
        axis = y_axis(self.limits.y_title, self.limits.y_format, self.margins)
        return quantity(name, scale={"domain": list(self.y_domain), "nice": False}, axis=axis)

    def rows(self, marks: Sequence[Mark]) -> list[dict[str, Any]]:
        return [
            {"x": self.place(m.x), "y": m.y, "low": m.low, "high": m.high, "name": m.name}
            for m in marks
        ]


def _band(plot: _Plot) -> Iterator[VegaLite]:
    rows, shape = plot.rows(plot.marks), "step" if plot.limits.is_dated else "linear"
    look = {"color": BAND, "opacity": 1, "interpolate": shape}
    yield layer(rows, "area", look, x=plot.x(), y=plot.y("low"), y2={"field": "high"})
    for limit in ("low", "high"):
        look = {"color": MUTED, "strokeWidth": 1, "strokeDash": [4, 3], "interpolate": shape}
        yield layer(rows, "line", look, x=plot.x(), y=plot.y(limit))


def _centre(plot: _Plot) -> Iterator[VegaLite]:
    ends = [{"x": plot.place(x), "y": plot.limits.centre} for x in plot.x_domain]
    yield layer(ends, "line", {"color": MUTED, "strokeWidth": 1}, x=plot.x(), y=plot.y())


def _values(plot: _Plot) -> Iterator[VegaLite]:
    if plot.limits.is_dated:
        look = {"color": NEUTRAL, "strokeWidth": 2}
        yield layer(plot.rows(plot.marks), "line", look, x=plot.x(), y=plot.y())
    quiet = [mark for mark in plot.marks if not mark.state]
    if quiet:
        area = 14 if len(plot.marks) > plot.size.width / 8 else 30
        look = {"color": NEUTRAL, "fill": NEUTRAL, "size": area, "opacity": 1}
        yield layer(plot.rows(quiet), "point", look, x=plot.x(), y=plot.y())


def _signals(plot: _Plot) -> Iterator[VegaLite]:
    """Mark what signals: worse by a rust triangle upwards, better by a blue one downwards."""
    for state, colour, shape in (
        ("worse", WORSE, "triangle-up"),
        ("better", BETTER, "triangle-down"),
    ):
        marked = [mark for mark in plot.marks if mark.state == state]
        if marked:
            size = plot.size.mark * 1.6
            look = {"color": colour, "fill": colour, "shape": shape, "size": size, "opacity": 1}
            yield layer(plot.rows(marked), "point", look, x=plot.x(), y=plot.y())


def _words(plot: _Plot) -> Iterator[VegaLite]:
    """Name the lines at their right ends, and the furthest of the marks."""
    last, right = plot.marks[-1], plot.x_domain[1]
    low, high = plot.y_domain
    apart = APART * (high - low) / plot.height
    ys = [max(last.high, plot.limits.centre + apart), plot.limits.centre]
    ys.append(min(last.low, plot.limits.centre - apart))
    names = (UPPER_LIMIT.name, "usual", LOWER_LIMIT.name)
    data = [
        {"x": plot.place(right), "y": y, "name": name} for y, name in zip(ys, names, strict=True)
    ]
    yield _text(plot, data, align="left", dx=6, dy=0, colour=MUTED)
    signals = [mark for mark in plot.marks if mark.state and mark.name]
    signals.sort(key=lambda mark: -abs(mark.y - plot.limits.centre))
    named = _readable(signals[:MOST_NAMED], plot)
    if named:
        yield _text(plot, plot.rows(named), align="center", dx=0, dy=-13, colour=INK)


def _readable(marks: Sequence[Mark], plot: _Plot) -> list[Mark]:
    """Leave out names that would cover one named before."""
    left, right = plot.x_domain
    inner = plot.size.width - plot.margins.left - plot.margins.right
    kept: list[Mark] = []
    for mark in marks:
        room = 74 * (right - left) / inner
        if all(abs(mark.x - other.x) > room for other in kept):
            kept.append(mark)
    return kept


def _text(
    plot: _Plot,
    rows: Sequence[dict[str, Any]],
    *,
    align: Literal["left", "center"],
    dx: int,
    dy: int,
    colour: str,
) -> VegaLite:
    look = {
        "align": align,
        "baseline": "middle",
        "dx": dx,
        "dy": dy,
        "fontSize": plot.size.font - 1,
        "color": colour,
    }
    return layer(rows, "text", look, x=plot.x(), y=plot.y(), text=words("name"))
