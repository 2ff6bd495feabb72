"""A section declared: one exhibit per figure, which says only what is special about it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from outsidein.figures.spec import FigureSpec
from outsidein.headlines.statement import Statement
from outsidein.present.blocks import ContentBlock, Section, figure_block, has_numbers
from outsidein.present.charts.figure_chart import FigureChart
from outsidein.present.display_tables import DisplayTable
from outsidein.present.figure_view import FigureView, default_chart, whole_table
from outsidein.report.evidence import Evidence


def no_chart(_: FigureView) -> None:
    """Leave a figure to its table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A figure in a section; without more it is shown with its title, chart, table and method.

    Attributes:
        spec: The figure.
        about: What it shows, as in "... is not shown: this build has no figure ..."; empty where
            a build without it lacks nothing.
        finding: The heading, if it passes the gate; the title of the figure where there is none.
        chart: What is drawn.
        reading: How to read the chart.
        when: Over which time it goes, where a reader would take it for today.
        tables: What the chart is drawn from.
        notes: Sentences under the heading.
        if_empty: The heading where the figure holds no estimate; without it, nothing is shown.
        blocks: Shows the figure where that takes more than one block of the usual kind.
    """

    spec: FigureSpec | str
    about: str = ""
    finding: Callable[[Evidence], Statement | str | None] = lambda _: None
    chart: Callable[[FigureView], FigureChart | None] = default_chart
    reading: str = ""
    when: Callable[[Evidence], str] = lambda _: ""
    tables: Callable[[FigureView], Sequence[DisplayTable]] = whole_table
    notes: Callable[[Evidence], Iterable[str]] = lambda _: ()
    if_empty: str = ""
    blocks: Callable[[Evidence], Iterator[ContentBlock]] | None = None

    @property
    def name(self) -> str:
        """Name of the figure."""
        return self.spec if isinstance(self.spec, str) else self.spec.name

    def show(self, evidence: Evidence) -> Iterator[ContentBlock]:
        """Show the figure, if it was built."""
        view = evidence.view(self.spec)
        if not view.figure.estimates:
            if self.if_empty and self.name in evidence.figures:
                yield ContentBlock(self.name, self.if_empty, figure=self.name)
        elif self.blocks:
            yield from self.blocks(evidence)
        else:
            yield self.block(evidence)

    def block(self, evidence: Evidence) -> ContentBlock:
        """Show the figure in one block."""
        view = evidence.view(self.spec)
        is_drawn = has_numbers(view.figure)
        claim = self.finding(evidence)
        return figure_block(
            view.figure,
            finding=evidence.headline(claim),
            tables=self.tables(view) if is_drawn else (),
            chart=self.chart(view) if is_drawn else None,
            reading=f"{self.reading} {self.when(evidence)}".strip(),
            notes=(*evidence.doubts(claim), *self.notes(evidence)),
            is_doubted=evidence.is_doubted(claim),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """A section declared.

    Attributes:
        name: Anchor of the section.
        heading: Its heading.
        intro: A sentence or two beneath.
        exhibits: Its figures, in the order in which they are shown.
        is_always_shown: Whether it stands there to say what is missing, too.
        closing: Blocks after the figures.
    """

    name: str
    heading: str
    intro: str
    exhibits: tuple[Exhibit, ...]
    is_always_shown: bool = False
    closing: Callable[[Evidence], Iterable[ContentBlock]] = lambda _: ()

    def is_shown(self, evidence: Evidence) -> bool:
        """Tell whether a report shows the section."""
        figures = (evidence.view(exhibit.spec).figure for exhibit in self.exhibits)
        return self.is_always_shown or any(has_numbers(figure) for figure in figures)

    def show(self, evidence: Evidence) -> Section:
        """Show the figures that were built, and say which were not."""
        missing = (e for e in self.exhibits if e.about and e.name not in evidence.figures)
        blocks = ((e, b) for e in self.exhibits for b in e.show(evidence))
        return Section(
            self.name,
            self.heading,
            self.intro,
            (
                *(_of_whom(_by_which_rule(b, evidence), e, evidence) for e, b in blocks),
                *self.closing(evidence),
            ),
            tuple(_missing(exhibit) for exhibit in missing),
        )


def _by_which_rule(block: ContentBlock, evidence: Evidence) -> ContentBlock:
    """Say of what rests on a rejected rule of churn that it does, where it stands on paper too."""
    rule = evidence.rule_in_doubt(block.figure)
    if not rule:
        return block
    sentence = f"{rule[:1].upper()}{rule[1:]}."
    if block.drawing:
        return replace(block, reading=f"{block.reading} {sentence}".strip())
    return replace(block, notes=(sentence, *block.notes))


def _of_whom(block: ContentBlock, exhibit: Exhibit, evidence: Evidence) -> ContentBlock:
    """Name the sample beside amounts and shares of customers, which are not the firm's."""
    sampling = evidence.circumstances.sampling
    if not sampling or isinstance(exhibit.spec, str):
        return block
    base = sampling.base_of((exhibit.spec,))
    if block.drawing:
        return replace(block, reading=f"{block.reading} {base}".strip())
    return replace(block, notes=(base, *block.notes)) if base else block


def _missing(exhibit: Exhibit) -> str:
    about = exhibit.about[:1].upper() + exhibit.about[1:]
    return f"{about} is not shown: this build has no figure “{exhibit.name}”."
