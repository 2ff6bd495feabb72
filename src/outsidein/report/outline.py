"""What of a section the report shows itself, and what it leaves to the appendix."""

from dataclasses import dataclass, replace

from outsidein.cases import figures as cases
from outsidein.churn import figures as churn
from outsidein.extremes import figures as extremes
from outsidein.factors import figures as factors
from outsidein.feedback import figures as feedback
from outsidein.figures.spec import FigureSpec
from outsidein.ladder import figures as ladder
from outsidein.present.blocks import ContentBlock, Section, has_numbers
from outsidein.present.display_tables import DisplayTable
from outsidein.report.doubted_figures import doubted_figures
from outsidein.report.evidence import Evidence
from outsidein.report.exhibits import SectionSpec
from outsidein.report.section_order import SECTIONS
from outsidein.shifts import figures as shifts
from outsidein.standards import figures as standards
from outsidein.text import figures as text
from outsidein.value import figures as value

CARDS: dict[FigureSpec, int] = {
    cases.CASES_TODAY: 1,
    extremes.EXTREMES: 1,
    extremes.HAZARD_JUMPS: 1,
    factors.FACTOR_VERDICTS: 1,
    factors.FACTOR_MAP: 1,
    factors.INITIATIVES: 1,
    factors.FACTOR_BELIEFS: 1,
    text.FACTOR_MENTIONS: 1,
    text.TEXT_THEMES: 1,
    feedback.FEEDBACK_SCORES: 1,
    feedback.FEEDBACK_DISTRIBUTION: 1,
    ladder.LADDER_TODAY: 1,
    ladder.LADDER_STEPS: 1,
    value.WHALE_CURVE: 1,
    value.TIERS: 1,
    value.LIFETIME_VALUE: 1,
    value.PROFITABILITY: 1,
    churn.SURVIVAL: 1,
    churn.CHURN_REASONS: 1,
    churn.CHURN_MONEY: 1,
    churn.REPURCHASE: 1,
    standards.STANDARDS: 1,
    standards.STANDARD_CHARTS: 2,
    shifts.SHIFTS: 1,
    shifts.SHIFT_STREAMS: 2,
}
"""How many blocks of a figure the report shows; the appendix shows all of every figure."""

AS_TABLES = frozenset(
    spec.name
    for spec in (
        *(cases.CASES_TODAY, cases.CASE_LOAD, cases.CASE_CAUSES, cases.PLAYBOOK_OUTCOMES),
        *(factors.FACTOR_BELIEFS, standards.STANDARDS, shifts.SHIFTS, value.TIERS),
    )
)
"""Figures whose table is short enough to stand outside the appendix without a chart."""

MOST_ROWS = 8
"""Rows of a table that the report shows."""

MOST_COLUMNS = {shifts.SHIFTS.name: 4}
"""Columns of a table that the report shows, where the others are for analysts."""

MOST_FOLDED = 16
"""Rows of a table that the report folds away rather than leave it to the appendix."""

NEEDS = {
    "cases": "teams in teams.toml and rules in alerts.toml",
    "worst_and_best": "feedback with a scale, or promised and actual times of encounters",
    "factors": "factors.toml, and answers about factors and about overall satisfaction",
    "texts": "a model of signals with the customers' words",
    "feedback": "surveys in surveys/*.toml, or a model of signals with scores",
    "ladder": "a model of transactions or of contracts",
    "worth": "a model of transactions with revenue and cost, or of contracts with a price",
    "churn": "a model of contracts, or of transactions with a rule of silence in [churn]",
    "service-standards": "standards.toml, and encounters with the column that is promised",
    "lasting-shifts": "more periods of feedback or of behaviour",
}
"""What it would take to have a section."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A section of the report: the blocks shown, and those that only the appendix has.

    Attributes:
        section: The section with all its blocks.
        cards: What the report shows.
        others: What only the appendix shows, for there it is looked up.
        doubted: What only the appendix shows, for the data contradict it or leave it out.
    """

    section: Section
    cards: tuple[ContentBlock, ...]
    others: tuple[ContentBlock, ...]
    doubted: tuple[ContentBlock, ...] = ()


def outlines(evidence: Evidence, sections: list[Section]) -> tuple[Outline, ...]:
    """Choose what the report shows of each section; one without a number is left out."""
    doubted = doubted_figures(evidence, sections)
    chosen = (_outline(evidence, section, doubted) for section in sections)
    return tuple(outline for outline in chosen if outline.cards or outline.doubted)


def _outline(evidence: Evidence, section: Section, doubted_names: frozenset[str]) -> Outline:
    room = {spec.name: most for spec, most in CARDS.items()}
    cards: list[ContentBlock] = []
    others: list[ContentBlock] = []
    doubted: list[ContentBlock] = []
    for block in section.blocks:
        if block.figure in doubted_names and _has_numbers(evidence, block):
            is_first = all(other.figure != block.figure for other in doubted)
            doubted += [_titled(evidence, block)] if is_first else []
        elif room.get(block.figure, 0) > 0 and is_readable(evidence, block):
            room[block.figure] -= 1
            cards.append(_card(block))
        elif _has_numbers(evidence, block):
            others.append(block)
    return Outline(section, tuple(cards), tuple(others), tuple(doubted))


def _titled(evidence: Evidence, block: ContentBlock) -> ContentBlock:
    """Name a block by the title of its figure."""
    return replace(block, about=evidence.figures[block.figure].title)


def is_readable(evidence: Evidence, block: ContentBlock) -> bool:
    """Tell whether a block has numbers that are seen at a glance."""
    is_short = block.drawing is not None or block.figure in AS_TABLES
    return is_short and _has_numbers(evidence, block)


def _has_numbers(evidence: Evidence, block: ContentBlock) -> bool:
    figure = evidence.figures.get(block.figure)
    return figure is not None and has_numbers(figure)


def _card(block: ContentBlock) -> ContentBlock:
    """Keep of the tables what can be read at a glance."""
    if block.drawing is None:
        columns = MOST_COLUMNS.get(block.figure, len(block.tables[0].columns))
        tables = (table.first(MOST_ROWS).narrowed(columns) for table in block.tables)
        return replace(block, tables=tuple(tables))
    return replace(block, tables=tuple(_folded(block)))


def _folded(block: ContentBlock) -> list[DisplayTable]:
    if block.numbers:
        return [block.numbers.first(MOST_FOLDED)]
    return [table for table in block.tables if len(table.rows) <= MOST_FOLDED]


def undeclared(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Return the heading of every section without a number, and what it would take to have it."""
    return tuple(
        (section.heading, NEEDS[section.name])
        for section in SECTIONS
        if section.name in NEEDS and not _is_observed(evidence, section)
    )


def _is_observed(evidence: Evidence, section: SectionSpec) -> bool:
    return any(has_numbers(evidence.view(exhibit.spec).figure) for exhibit in section.exhibits)
