"""Methods: how each figure came about and where its table lies; and figures shown nowhere else."""

from dataclasses import dataclass

from outsidein.figures.figure import Unit
from outsidein.present.blocks import Section, figure_block
from outsidein.present.tables import long_table
from outsidein.report.evidence import Evidence
from outsidein.report.sections import (
    cases,
    churn,
    extremes,
    factors,
    feedback,
    identity,
    ladder,
    shifts,
    standards,
    texts,
    worth,
)

PLACED = {
    *identity.FIGURES,
    *extremes.FIGURES,
    *feedback.FIGURES,
    *factors.FIGURES,
    *texts.FIGURES,
    *ladder.FIGURES,
    *worth.FIGURES,
    *churn.FIGURES,
    *standards.FIGURES,
    *cases.FIGURES,
    *shifts.FIGURES,
    "strategy",
}


@dataclass(frozen=True, slots=True)
class Method:
    """How one figure came about."""

    name: str
    title: str
    method: str
    units: str
    files: tuple[str, str]


def methods(evidence: Evidence) -> tuple[Method, ...]:
    """Tell the method of every figure, in the order of their names."""
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
    return "share (in the files: 0 to 1)" if unit is Unit.SHARE else str(unit)


def further_section(evidence: Evidence) -> Section | None:
    """Show the figures that have no place of their own."""
    rest = [figure for name, figure in evidence.figures.items() if name not in PLACED]
    if not rest:
        return None
    blocks = tuple(
        figure_block(f, finding=None, tables=[long_table(f, evidence.words)]) for f in rest
    )
    return Section(
        "further", "Further figures", "Figures of this build without a place above.", blocks
    )
