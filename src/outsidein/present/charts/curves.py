"""Curves: estimates along an axis, each series with its own dash, shape and name beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from outsidein.present.charts.canvas import (
    CATEGORIES,
    DASHES,
    MUTED,
    SHAPES,
    WIDE,
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

HEIGHT_WIDE, HEIGHT_NARROW = 210, 180
NAMES_WIDE, NAMES_NARROW = 118, 92
"""Room for the names of the series to the right (pixels)."""

MOST_POINTS = 30
"""Points of a line from which they are not marked one by one."""

APART = 16
"""Pixels between two lines of names."""

CHARACTERS_WIDE, CHARACTERS_NARROW = 14, 11
"""Characters of a name that go on a line."""


@dataclass(frozen=True, slots=True)
class Point:
    """One estimate along the axis."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Points under one name."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """How both axes are named and written; formats are Vega expressions of `datum.value`."""

    x_title: str
    y_title: str
    x_format: str = "format(datum.value, ',')"
    y_format: str = "format(datum.value, ',')"
    x_domain: tuple[float, float] | None = None
    y_from: float | None = 0.0
    y_to: float | None = None
    x_values: tuple[float, ...] = ()
    level: float | None = None
    """Where a line across is drawn to compare with."""
    is_diagonal: bool = False
    """Whether a line is drawn where x and y are equal."""
    is_joined: bool = True
    """Whether points are joined by lines, with a band; otherwise each has its whisker."""
    has_points: bool = True


PERCENT_FORMAT = "format(datum.value * 100, '.0f') + ' %'"


@dataclass(frozen=True, slots=True)
class _Plot:
    series: Sequence[Series]
    axes: Axes
    size: Size
    height: int
    margins: Margins
    x: tuple[float, float] = field(init=False)
    y: tuple[float, float] = field(init=False)

    def __post_init__(self) -> None:
        points = [point for one in self.series for point in one.points]
        xs = [point.x for point in points]
        ys = [y for p in points for y in (p.y, p.low, p.high) if y is not None]
        ys += [y for y in (self.axes.y_from, self.axes.y_to, self.axes.level) if y is not None]
        if self.axes.is_diagonal:
            xs, ys = [0.0, *xs, *ys], [0.0, *xs, *ys]
        object.__setattr__(self, "x", self.axes.x_domain or _widened(min(xs), max(xs)))
        object.__setattr__(self, "y", _widened(min(ys), max(ys)))


def curves_chart(series: Sequence[Series], axes: Axes, size: Size) -> VegaLite:
    """Draw series along common axes."""
    plot = _plot([one for one in series if one.points], axes, size)
    layers = [*_references(plot)]
    for place, one in enumerate(plot.series):
        layers += _one(one, place % len(CATEGORIES), plot)
    if len(plot.series) > 1:
        layers += _names(plot)
    return view(layers, size, plot.margins, height=plot.height)


def upright(series: Sequence[Series], axes: Axes, x: float, size: Size) -> ChartLine:
    """Return the line that points at a place of the axis on a drawn chart."""
    plot = _plot([one for one in series if one.points], axes, size)
    left, right = plot.x
    inner = size.width - plot.margins.left - plot.margins.right
    top = plot.margins.top
    return ChartLine(
        plot.margins.left + inner * (x - left) / (right - left), top, top + plot.height
    )


def _plot(series: Sequence[Series], axes: Axes, size: Size) -> _Plot:
    is_small = size.width < WIDE.width
    names = NAMES_NARROW if is_small else NAMES_WIDE
    right = names if len(series) > 1 else 16
    height = HEIGHT_NARROW if is_small else HEIGHT_WIDE
    left = 46 if is_small else 56
    return _Plot(series, axes, size, height, Margins(left, right, top=28, bottom=44))


def _widened(low: float, high: float) -> tuple[float, float]:
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _x(plot: _Plot) -> VegaLite:
    axis = {
        "title": plot.axes.x_title,
        "labelExpr": plot.axes.x_format,
        "tickCount": plot.size.ticks,
        "grid": False,
        "titleAnchor": "start",
    }
    ticks = list(_ticks(plot))
    placed = {"values": ticks} if ticks else {}
    scale = {"domain": list(plot.x), "nice": False}
    return quantity("x", scale=scale, axis=axis | placed)


def _y(plot: _Plot, name: str = "y") -> VegaLite:
    axis = y_axis(plot.axes.y_title, plot.axes.y_format, plot.margins)
    return quantity(name, scale={"domain": list(plot.y), "nice": False}, axis=axis)


def _ticks(plot: _Plot) -> Sequence[float]:
    values = plot.axes.x_values
    every = max(-(-len(values) // (plot.size.ticks * 2)), 1) if plot.size.width < WIDE.width else 1
    return values[::every]


def _references(plot: _Plot) -> Iterator[VegaLite]:
    (left, right), level = plot.x, plot.axes.level
    ends = [(left, level), (right, level)] if level is not None else []
    if plot.axes.is_diagonal:
        ends = [(left, left), (right, right)]
    if ends:
        rows = [{"x": x, "y": y} for x, y in ends]
        look = {"color": MUTED, "strokeDash": [2, 3], "strokeWidth": 1}
        yield layer(rows, "line", look, x=_x(plot), y=_y(plot))


def _one(one: Series, place: int, plot: _Plot) -> Iterator[VegaLite]:
    colour = CATEGORIES[place]
    rows = [{"x": p.x, "y": p.y, "low": p.low, "high": p.high} for p in one.points]
    measured = [row for row in rows if row["low"] is not None and row["high"] is not None]
    x, y = _x(plot), _y(plot)
    if measured:
        band, rule = {"color": colour, "opacity": 0.16}, {"color": colour, "strokeWidth": 2}
        mark, look = ("area", band) if plot.axes.is_joined else ("rule", rule)
        yield layer(measured, mark, look, x=x, y=_y(plot, "low"), y2={"field": "high"})
    if plot.axes.is_joined:
        look = {"color": colour, "strokeWidth": 2.5, "strokeDash": DASHES[place]}
        yield layer(rows, "line", look, x=x, y=y)
    if plot.axes.has_points and (not plot.axes.is_joined or len(rows) <= MOST_POINTS):
        filled = {"color": colour, "fill": colour, "opacity": 1}
        look = {**filled, "shape": SHAPES[place], "size": plot.size.mark}
        yield layer(rows, "point", look, x=x, y=y)


def _names(plot: _Plot) -> Iterator[VegaLite]:
    """Write each name beside its last point, apart enough to be read."""
    low, high = plot.y
    pixels = plot.height / (high - low)
    ends = sorted(
        ((high - one.points[-1].y) * pixels, place) for place, one in enumerate(plot.series)
    )
    is_small = plot.size.width < WIDE.width
    characters = CHARACTERS_NARROW if is_small else CHARACTERS_WIDE
    names = [wrap(plot.series[place].name, characters) for _, place in ends]
    tops = _apart([top for top, _ in ends], [len(name) for name in names], plot.height)
    x = max(one.points[-1].x for one in plot.series)
    for top, name, (_, place) in zip(tops, names, ends, strict=True):
        rows = [
            {"x": x, "y": high - (top + APART * line) / pixels, "text": written}
            for line, written in enumerate(name)
        ]
        look = {
            "align": "left",
            "baseline": "middle",
            "dx": 10,
            "fontSize": plot.size.font,
            "fontWeight": "bold",
            "color": CATEGORIES[place % len(CATEGORIES)],
        }
        yield layer(rows, "text", look, x=_x(plot), y=_y(plot), text=words("text"))


def _apart(tops: Sequence[float], lines: Sequence[int], height: int) -> list[float]:
    """Move names down until none covers the one above, then all up until the last is inside."""
    placed: list[float] = []
    free = -APART / 2
    for top, tall in zip(tops, lines, strict=True):
        placed.append(max(top - APART * (tall - 1) / 2, free))
        free = placed[-1] + APART * tall
    over = free - APART / 2 - height
    limit = free - max(over, 0)
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], limit - APART * lines[place])
        limit = placed[place]
    return placed
