"""Methods: how each figure came about and where its table lies; and figures shown nowhere else."""

from dataclasses import dataclass

from outsidein.figures.figure import Unit
from outsidein.present.blocks import Section
from outsidein.report.evidence import Evidence
from outsidein.report.exhibits import Exhibit, SectionSpec
from outsidein.report.section_order import SECTIONS
from outsidein.strategy.figures import STRATEGY

PLACED = {STRATEGY.name, *(exhibit.name for section in SECTIONS for exhibit in section.exhibits)}
"""Figures that have a place of their own."""


@dataclass(frozen=True, slots=True)
class Method:
    """How one figure came about."""

    name: str
    title: str
    method: str
    units: str
    files: tuple[str, str]


def methods(evidence: Evidence) -> tuple[Method, ...]:
    """Return the method of every figure, in the order of their names."""
    return tuple(
        Method(
            figure.name,
            figure.title,
            figure.method,
            ", ".join(dict.fromkeys(_unit(e.unit, evidence) for e in figure.estimates)) or "none",
            (f"figures/{figure.name}.csv", f"figures/{figure.name}.parquet"),
        )
        for figure in evidence.figures.values()
    )


def _unit(unit: Unit, evidence: Evidence) -> str:
    if unit is Unit.MONEY:
        return f"money (in the files: minor units of {evidence.words.currency})"
    if unit is Unit.POINTS:
        return "percentage points (in the files: -1 to 1)"
    return "share (in the files: 0 to 1)" if unit is Unit.SHARE else str(unit)


def further_section(evidence: Evidence) -> Section | None:
    """Show the figures that have no place of their own."""
    exhibits = tuple(Exhibit(spec=name) for name in evidence.figures if name not in PLACED)
    if not exhibits:
        return None
    return SectionSpec(
        name="further",
        heading="Further figures",
        intro="Figures of this build without a place above.",
        exhibits=exhibits,
    ).show(evidence)
