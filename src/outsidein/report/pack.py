"""The board pack: six printed pages, each of which has one subject."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from outsidein.cases import figures as cases
from outsidein.churn import figures as churn
from outsidein.extremes import figures as extremes
from outsidein.factors import figures as factors
from outsidein.feedback import figures as feedback
from outsidein.figures.spec import FigureSpec
from outsidein.ladder import figures as ladder
from outsidein.objectives import figures as objectives
from outsidein.present.blocks import ContentBlock, Section
from outsidein.report.doubted_figures import doubted_figures
from outsidein.report.evidence import Evidence
from outsidein.report.outline import MOST_COLUMNS, is_readable
from outsidein.shifts import figures as shifts
from outsidein.standards import figures as standards
from outsidein.text import figures as text
from outsidein.value import figures as value

MONDAY = "monday"

ROWS_ON_PAPER = 5
COLUMNS_ON_PAPER = 6
"""Rows and columns of a table that go on a page beside charts."""


WITHHELD = (
    "Nothing of this passed the checks: what was counted contradicts it, or is not in the data. "
    "The appendix says which, and why."
)
"""What a page says whose figures are all withheld."""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page declared: its title, the figures it may show in order, and what to say without any."""

    name: str
    title: str
    figures: tuple[FigureSpec, ...]
    most: int
    if_empty: str


@dataclass(frozen=True, slots=True)
class PackPage:
    """A page with what it shows."""

    name: str
    title: str
    blocks: tuple[ContentBlock, ...]
    if_empty: str

    @property
    def charts(self) -> list[ContentBlock]:
        """Blocks with a chart, which stand two abreast and shrink where room is short."""
        return [block for block in self.blocks if block.drawing]

    @property
    def tables(self) -> list[ContentBlock]:
        """Blocks without a chart, which follow."""
        return [block for block in self.blocks if not block.drawing]


PAGES = (
    PageSpec(MONDAY, "Monday: in short", (extremes.EXTREMES, ladder.LADDER_HISTORY), 2, ""),
    PageSpec(
        "drivers",
        "Drivers: what keeps and repels customers",
        (
            *(factors.FACTOR_VERDICTS, factors.FACTOR_MAP, extremes.HAZARD_JUMPS),
            *(text.FACTOR_MENTIONS, extremes.EXTREMES, feedback.FEEDBACK_SCORES),
            *(text.TEXT_THEMES, factors.KEY_DISSATISFIERS),
        ),
        4,
        "No customer was asked: declare surveys or load feedback to see what drives them.",
    ),
    PageSpec(
        "value",
        "Value: what customers are worth",
        (value.WHALE_CURVE, value.TIERS, value.LIFETIME_VALUE, value.PROFITABILITY),
        4,
        "No revenue is loaded: without it there is neither profit nor value.",
    ),
    PageSpec(
        "ladder",
        "Ladder and leaving",
        (
            *(ladder.LADDER_TODAY, ladder.LADDER_STEPS, churn.SURVIVAL, churn.CHURN_REASONS),
            *(churn.REPURCHASE, churn.CHURN_HAZARD, churn.CHURN_MONEY),
        ),
        4,
        "Neither orders nor contracts are loaded: nothing is known about staying and leaving.",
    ),
    PageSpec(
        "standards",
        "Standards and shifts",
        (standards.STANDARD_CHARTS, standards.STANDARDS, shifts.SHIFTS, shifts.SHIFT_STREAMS),
        4,
        "No standard is declared in standards.toml, and no lasting change is sure enough to show.",
    ),
    PageSpec(
        "actions",
        "Actions and objectives",
        (
            *(objectives.OBJECTIVES, factors.INITIATIVES, value.TIERS, factors.FACTOR_BELIEFS),
            *(cases.CASE_LOAD, cases.PLAYBOOK_OUTCOMES, cases.CASE_CAUSES),
        ),
        3,
        "",
    ),
)
"""In the order in which they are printed."""


def pack_pages(evidence: Evidence, sections: Sequence[Section]) -> tuple[PackPage, ...]:
    """Lay out the six pages with the blocks of sections, each block once."""
    doubted = doubted_figures(evidence, sections)
    blocks = [b for section in sections for b in section.blocks if b.figure not in doubted]
    pages: list[PackPage] = []
    for page in PAGES:
        pages.append(_page(evidence, page, blocks, doubted))
        printed = {block.name for block in pages[-1].blocks}
        blocks = [block for block in blocks if block.name not in printed]
    return tuple(pages)


def _page(
    evidence: Evidence, page: PageSpec, blocks: Sequence[ContentBlock], doubted: Collection[str]
) -> PackPage:
    specs = [spec for spec in page.figures if _has_something_to_do(evidence, page, spec)]
    chosen = [b for spec in specs for b in blocks if b.figure == spec.name]
    readable = [block for block in chosen if is_readable(evidence, block)]
    shown = _most_per_figure(readable)[: page.most]
    is_withheld = any(spec.name in doubted for spec in page.figures)
    if_empty = WITHHELD if is_withheld else page.if_empty
    return PackPage(page.name, page.title, tuple(_on_paper(b) for b in shown), if_empty)


def _has_something_to_do(evidence: Evidence, page: PageSpec, spec: FigureSpec) -> bool:
    """Tell whether a figure belongs on a page: disasters open a week where somebody can call."""
    if page.name != MONDAY or spec is not extremes.EXTREMES:
        return True
    return evidence.is_said("disasters")


def _most_per_figure(blocks: Sequence[ContentBlock]) -> list[ContentBlock]:
    """Keep the first block of each figure, two of a control chart or a shift."""
    several = {standards.STANDARD_CHARTS.name: 2, shifts.SHIFT_STREAMS.name: 2}
    kept: list[ContentBlock] = []
    for block in blocks:
        same = sum(other.figure == block.figure for other in kept)
        if same < several.get(block.figure, 1):
            kept.append(block)
    return kept


def _on_paper(block: ContentBlock) -> ContentBlock:
    if block.drawing:
        return replace(block, tables=())
    columns = MOST_COLUMNS.get(block.figure, COLUMNS_ON_PAPER)
    tables = tuple(t.first(ROWS_ON_PAPER).narrowed(columns) for t in block.tables[:1])
    return replace(block, tables=tables)
