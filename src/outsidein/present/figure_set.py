"""Figures at hand, of which any may be missing; missing ones have no estimates."""

from collections.abc import Mapping
from dataclasses import dataclass

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.present.figure_view import FigureView, Key
from outsidein.present.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSet:
    """Protected figures by name, and how their numbers are written."""

    figures: Mapping[str, Figure]
    words: Wording

    def view(self, spec: FigureSpec | str) -> FigureView:
        """Return a figure; one that was not built is empty."""
        name = spec if isinstance(spec, str) else spec.name
        return FigureView(spec, self.figures.get(name) or _empty(spec), self.words)

    def select(
        self, spec: FigureSpec | str, *measures: Measure | str, **group: Key
    ) -> list[Estimate]:
        """Return the estimates of measures, also those that only say why."""
        return self.view(spec).select(*measures, **group)

    def numbers(
        self, spec: FigureSpec | str, *measures: Measure | str, **group: Key
    ) -> list[Estimate]:
        """Return the estimates of measures that have a number."""
        return self.view(spec).numbers(*measures, **group)

    def one(self, spec: FigureSpec | str, measure: Measure | str, **group: Key) -> Estimate | None:
        """Return the first estimate of a measure that has a number."""
        return self.view(spec).one(measure, **group)


def number_of(estimate: Estimate) -> float:
    """Return the number of an estimate that has one."""
    return estimate.value if estimate.value is not None else 0.0


def _empty(spec: FigureSpec | str) -> Figure:
    if isinstance(spec, str):
        return Figure(spec, "", "", (), ())
    return Figure(spec.name, spec.title, spec.method, spec.groups, ())
