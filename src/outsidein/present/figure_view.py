"""A figure as a page sees it: read through its spec, its numbers written in one wording."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Better, FigureSpec, Measure
from outsidein.present.bars import Naming, bar_chart
from outsidein.present.charts.figure_chart import FigureChart
from outsidein.present.display_tables import DisplayTable, cross_table, group_text, long_table
from outsidein.present.wording import Wording, label

Key = str | float | None
"""What tells one group from another."""


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure that was built, with its spec; an undeclared measure or group raises."""

    spec: FigureSpec | str
    figure: Figure
    words: Wording

    def select(self, *measures: Measure | str, **group: Key) -> list[Estimate]:
        """Return the estimates of measures, in the order of the figure, also without a number."""
        chosen = {id(e) for m in measures for e in self._of(m, group)}
        return [e for e in self.figure.estimates if id(e) in chosen]

    def _of(self, measure: Measure | str, group: dict[str, Key]) -> list[Estimate]:
        if isinstance(measure, str) or isinstance(self.spec, str):
            name = measure if isinstance(measure, str) else measure.name
            return [
                e
                for e in self.figure.estimates
                if e.measure == name and all(e.group.get(k) == v for k, v in group.items())
            ]
        return self.spec.select(self.figure, measure, **group)

    def numbers(self, *measures: Measure | str, **group: Key) -> list[Estimate]:
        """Return the estimates of measures that have a number."""
        return [e for e in self.select(*measures, **group) if e.value is not None]

    def better(self, estimate: Estimate) -> Better | None:
        """Return which way an estimate is good, as its measure declares."""
        return None if isinstance(self.spec, str) else self.spec.measure(estimate.measure).better

    def bars(
        self, estimates: Iterable[Estimate], label: Naming, heading: Naming | None = None
    ) -> FigureChart | None:
        """Draw estimates of the figure as bars, in the colours of their measures."""
        return bar_chart(estimates, self.words, label, heading, better=self.better)

    def one(self, measure: Measure | str, **group: Key) -> Estimate | None:
        """Return the first estimate of a measure that has a number."""
        return next(iter(self.numbers(measure, **group)), None)


def by(*groups: str) -> Naming:
    """Name estimates by their groups.

    Example:
        >>> from outsidein.figures.figure import Unit
        >>> by("from", "to")(Estimate("x", Unit.SHARE, 1, group={"from": "a_b", "to": None}))
        'A b, all'
    """
    return lambda e: label(", ".join(group_text(e.group.get(name)) for name in groups))


def measure_label(estimate: Estimate) -> str:
    """Name an estimate by its measure."""
    return label(estimate.measure)


@dataclass(frozen=True, slots=True)
class Bars:
    """A kind of chart: the estimates of some measures as bars.

    Attributes:
        measures: What is drawn.
        label: What stands to the left of a bar.
        heading: What stands above the bars that have it in common.
        is_ranked: Whether the largest stands on top; else in the order of the figure.
        has_reasons: Whether estimates without a number stand there with their reason.
        most: How many bars are drawn at most; the table has all.
        group: The values of the groups to which the chart is limited.
    """

    measures: tuple[Measure | str, ...]
    label: Naming
    heading: Naming | None = None
    is_ranked: bool = False
    has_reasons: bool = False
    most: int | None = None
    group: tuple[tuple[str, Key], ...] = ()

    def __call__(self, view: FigureView) -> FigureChart | None:
        """Draw the bars of a figure."""
        choose = view.select if self.has_reasons else view.numbers
        drawn = choose(*self.measures, **dict(self.group))
        if self.is_ranked:
            drawn.sort(key=lambda e: -(e.value or 0.0))
        return view.bars(drawn[: self.most], self.label, self.heading)


def default_chart(view: FigureView) -> FigureChart | None:
    """Draw the first declared measure that has numbers as bars, one per group.

    A figure without groups is a handful of numbers; its table shows them.
    """
    groups = view.figure.groups
    if not groups:
        return None
    names = dict.fromkeys(e.measure for e in view.figure.estimates)
    for measure in names if isinstance(view.spec, str) else view.spec.measures:
        if numbers := view.numbers(measure):
            return view.bars(numbers[:MOST_BARS], by(*_telling(numbers, groups)))
    return None


MOST_BARS = 12
"""Bars of a default chart; the table has all."""


def _telling(estimates: Sequence[Estimate], groups: Sequence[str]) -> list[str]:
    """Return the groups by which estimates differ; the first where none does."""
    differing = [g for g in groups if len({e.group.get(g) for e in estimates}) > 1]
    return differing or [groups[0]]


@dataclass(frozen=True, slots=True)
class CrossTable:
    """A kind of table: rows by group, one column per measure.

    Attributes:
        head: Name of the first column.
        row: Which row an estimate stands in.
        measures: Those that are shown; all where none is named.
        column: Which column an estimate stands in.
    """

    head: str
    row: Naming
    measures: tuple[Measure | str, ...] = ()
    column: Naming = measure_label

    def __call__(self, view: FigureView) -> list[DisplayTable]:
        """Lay out the estimates of a figure."""
        shown = view.select(*self.measures) if self.measures else view.figure.estimates
        rows = (self.head, self.row)
        return [cross_table(view.figure.title, shown, view.words, rows=rows, columns=self.column)]


def whole_table(view: FigureView) -> list[DisplayTable]:
    """Lay out a figure with one row per estimate."""
    return [long_table(view.figure, view.words)]


@dataclass(frozen=True, slots=True)
class LongTable:
    """A kind of table: one row per estimate that is to be kept."""

    keep: Callable[[Estimate], bool]

    def __call__(self, view: FigureView) -> list[DisplayTable]:
        """Lay out the estimates of a figure."""
        return [long_table(view.figure, view.words, keep=self.keep)]
