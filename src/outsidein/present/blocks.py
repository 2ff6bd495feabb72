"""What a section is made of: blocks, each with a finding, a drawing, its table and its method."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from outsidein.figures.figure import Figure
from outsidein.present.charts.figure_chart import FigureChart
from outsidein.present.charts.kept_drawings import KeptDrawings
from outsidein.present.charts.svg import Drawing
from outsidein.present.display_tables import DisplayTable, reasons_table


@dataclass(frozen=True, slots=True)
class ContentBlock:
    """One thing shown.

    Attributes:
        name: Of the figure; ids and anchors are made from it.
        finding: What is seen, in plain words; the heading.
        about: What it is a picture of.
        notes: Sentences under the heading.
        drawing: The chart, if there is anything to draw.
        reading: How to read the chart.
        numbers: What the chart draws, as a short table.
        tables: All numbers of the figure, folded away where there is a chart.
        figure: The figure whose method it is; empty where there is none.
        is_doubted: Whether the data contradict what it shows, or leave out what it counts.
    """

    name: str
    finding: str
    about: str = ""
    notes: tuple[str, ...] = ()
    drawing: Drawing | None = None
    reading: str = ""
    numbers: DisplayTable | None = None
    tables: tuple[DisplayTable, ...] = ()
    figure: str = ""
    is_doubted: bool = False

    def drawn_with(self, kept: KeptDrawings) -> "ContentBlock":
        """Return the same block, whose chart is drawn unless it was before."""
        return replace(self, drawing=replace(self.drawing, kept=kept)) if self.drawing else self


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report; `missing` says what is not there and why."""

    name: str
    heading: str
    intro: str
    blocks: tuple[ContentBlock, ...] = ()
    missing: tuple[str, ...] = ()

    def drawn_with(self, kept: KeptDrawings) -> "Section":
        """Return the same section, whose charts are drawn unless they were before."""
        return replace(self, blocks=tuple(block.drawn_with(kept) for block in self.blocks))


def figure_block(
    figure: Figure,
    *,
    finding: str | None = None,
    tables: Sequence[DisplayTable],
    chart: FigureChart | None = None,
    reading: str = "",
    notes: Iterable[str] = (),
    name: str | None = None,
    is_doubted: bool = False,
) -> ContentBlock:
    """Show a figure; without a chart its table stands open.

    Args:
        figure: What is shown.
        finding: The heading; the title of the figure if there is none.
        tables: What the chart is drawn from.
        chart: What is drawn, if there is anything.
        reading: How to read the chart.
        notes: Sentences under the heading.
        name: Of the block, where it is not that of the figure.
        is_doubted: Whether the data contradict what it shows.
    """
    name, finding = name or figure.name, _with_basis(finding or figure.title, figure)
    if not has_numbers(figure):
        chart, tables = None, [reasons_table(figure)]
    return ContentBlock(
        name=name,
        finding=finding,
        about="" if finding.startswith(figure.title) else figure.title,
        notes=tuple(notes),
        drawing=_drawing(name, f"{figure.title}: {finding}", chart) if chart else None,
        reading=f"{reading}{chart.note}".strip() if chart else "",
        numbers=chart.numbers if chart else None,
        tables=tuple(tables),
        figure=figure.name,
        is_doubted=is_doubted,
    )


def _drawing(name: str, label: str, chart: FigureChart) -> Drawing:
    return Drawing(name, label, chart.draw, at_day=chart.at_day)


def _with_basis(finding: str, figure: Figure) -> str:
    """Say in a heading what the figure rests on that nobody counted."""
    return f"{finding}, with {figure.basis}" if figure.basis and has_numbers(figure) else finding


def has_numbers(figure: Figure) -> bool:
    """Tell whether any estimate of a figure has a number."""
    return any(e.value is not None for e in figure.estimates)
