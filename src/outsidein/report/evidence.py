"""Finding estimates among the figures of a report, of which any may be missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from outsidein.figures.figure import Estimate, Figure, protect
from outsidein.present.wording import Wording
from outsidein.report.contents import ReportContents

Key = str | int | float | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The protected figures of a report, and how its numbers are written."""

    contents: ReportContents
    figures: dict[str, Figure]
    words: Wording

    def figure(self, name: str) -> Figure | None:
        """Return a figure, if it was built."""
        return self.figures.get(name)

    def every(self, name: str, measure: str, **group: Key) -> list[Estimate]:
        """Return the estimates of a measure, also those that only say why."""
        figure = self.figures.get(name)
        return list(_matching(figure, measure, group)) if figure else []

    def known(self, name: str, measure: str, **group: Key) -> list[Estimate]:
        """Return the estimates of a measure that have a number."""
        return [e for e in self.every(name, measure, **group) if e.value is not None]

    def one(self, name: str, measure: str, **group: Key) -> Estimate | None:
        """Return the first estimate of a measure that has a number."""
        return next(iter(self.known(name, measure, **group)), None)


def gather(contents: ReportContents) -> Evidence:
    """Protect the figures, whoever made them, and order them by name."""
    figures = {name: protect(contents.figures[name]) for name in sorted(contents.figures)}
    return Evidence(contents, figures, Wording(contents.currency))


def number_of(estimate: Estimate) -> float:
    """Return the number of an estimate that is known to have one."""
    return estimate.value if estimate.value is not None else 0.0


def _matching(figure: Figure, measure: str, group: dict[str, Key]) -> Iterator[Estimate]:
    for estimate in figure.estimates:
        is_asked = all(estimate.group.get(name) == key for name, key in group.items())
        if estimate.measure == measure and is_asked:
            yield estimate
