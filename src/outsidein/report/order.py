"""The sections of a report in the order a reader goes through them: extremes first."""

from collections.abc import Iterator

from outsidein.present.blocks import Section
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


def sections(evidence: Evidence) -> list[Section]:
    """Return the sections that a report shows.

    Every report tells who customers are, where they stand, what they are worth and when they
    leave, be it to say what is missing. The others are there where they say a number: not every
    firm asks its customers.
    """
    return list(_shown(evidence))


def _shown(evidence: Evidence) -> Iterator[Section]:
    if _says(evidence, cases.FIGURES):
        yield cases.cases_section(evidence)
    if _says(evidence, extremes.FIGURES):
        yield extremes.extremes_section(evidence)
    if _says(evidence, factors.FIGURES):
        yield factors.factors_section(evidence)
    if _says(evidence, texts.FIGURES):
        yield texts.texts_section(evidence, evidence.contents.verbatims)
    if _says(evidence, feedback.FIGURES):
        yield feedback.feedback_section(evidence)
    yield identity.identity_section(evidence)
    yield ladder.ladder_section(evidence)
    yield worth.worth_section(evidence)
    yield churn.churn_section(evidence)
    if _says(evidence, standards.FIGURES):
        yield standards.standards_section(evidence)
    if _says(evidence, shifts.FIGURES):
        yield shifts.shifts_section(evidence)


def _says(evidence: Evidence, names: dict[str, str]) -> bool:
    """Tell whether any of the figures has a number."""
    figures = (evidence.figure(name) for name in names)
    return any(e.value is not None for figure in figures if figure for e in figure.estimates)
