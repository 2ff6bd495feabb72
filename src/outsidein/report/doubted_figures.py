"""Figures that the data contradict or leave out: only the appendix draws them, with the doubt."""

from collections.abc import Iterable

from outsidein.churn import figures as churn
from outsidein.churn.doubts import OF_TENURE
from outsidein.figures.spec import FigureSpec
from outsidein.headlines.doubts import start_doubts
from outsidein.ladder import figures as ladder
from outsidein.present.blocks import Section
from outsidein.report.evidence import Evidence
from outsidein.report.section_order import SECTIONS

OF_ALL_STARTS = (*OF_TENURE, churn.CHURN_REASONS, ladder.LADDER_HISTORY)
"""Figures that are wrong where customers who left early are missing."""


def doubted_figures(evidence: Evidence, sections: Iterable[Section]) -> frozenset[str]:
    """Name the figures whose pictures neither report nor board pack shows.

    A reader sees the picture and not the doubt beneath it. A figure is doubted with the heading
    of any of its blocks, and where all that it counts is in doubt: by a rejected rule of churn,
    by customers who are missing, or by rows that a sample left out.
    """
    by_heading = {b.figure for section in sections for b in section.blocks if b.is_doubted}
    by_spec = {spec.name for spec in _specs() if _is_doubted(evidence, spec)}
    return frozenset(by_heading | by_spec)


def _specs() -> Iterable[FigureSpec]:
    specs = (exhibit.spec for section in SECTIONS for exhibit in section.exhibits)
    return (spec for spec in specs if isinstance(spec, FigureSpec))


def _is_doubted(evidence: Evidence, spec: FigureSpec) -> bool:
    sampling = evidence.circumstances.sampling
    is_drawn_without = bool(sampling and sampling.objection_to((spec,)))
    lacks_starts = spec in OF_ALL_STARTS and bool(start_doubts(evidence))
    return is_drawn_without or lacks_starts or bool(evidence.rule_in_doubt(spec.name))
