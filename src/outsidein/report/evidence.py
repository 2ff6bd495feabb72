"""The figures of a report, of which any may be missing; missing ones have no estimates."""

from dataclasses import dataclass

from outsidein.figures.figure import protect
from outsidein.present.figure_set import FigureSet, number_of
from outsidein.present.wording import Wording
from outsidein.report.contents import ReportContents

__all__ = ["Evidence", "gather", "number_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(FigureSet):
    """The protected figures of a report, and what else it is made from."""

    contents: ReportContents


def gather(contents: ReportContents) -> Evidence:
    """Protect the figures, whoever made them, and order them by name."""
    figures = {name: protect(contents.figures[name]) for name in sorted(contents.figures)}
    return Evidence(contents=contents, figures=figures, words=Wording(contents.currency))
