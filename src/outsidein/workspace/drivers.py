"""Drivers of satisfaction side by side, and everything that a build says of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from outsidein.factors.figures import (
    FACTOR_BELIEFS,
    FACTOR_DRIFT,
    FACTOR_MAP,
    FACTOR_METHODS,
    FACTOR_VERDICTS,
    IMPORTANCE,
    INITIATIVES,
    KANO_CLASSES,
    KEY_DISSATISFIERS,
    PENALTY,
    PERFORMANCE,
    PRIORITY,
    RETURNING,
    REWARD,
    VALUE_WITH_LOW_ANSWERS,
    VERDICT,
)
from outsidein.factors.reading import FactorFiles, read_factor_files
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.present.display_tables import DisplayTable, long_table
from outsidein.present.figure_set import FigureSet, number_of
from outsidein.segments.declaration import EVERYBODY
from outsidein.stats.factors.classes import FactorClass

OF_FACTORS = (
    *(FACTOR_VERDICTS, FACTOR_MAP, FACTOR_DRIFT, KANO_CLASSES, KEY_DISSATISFIERS, RETURNING),
    *(FACTOR_BELIEFS, INITIATIVES, FACTOR_METHODS),
)
"""Figures with numbers of single factors, in the order in which they are read."""

UNSURE = {FactorClass.UNCLEAR.value, FactorClass.UNKNOWN.value}


@dataclass(frozen=True, slots=True)
class Driver:
    """A factor over all customers.

    Attributes:
        factor: Its name.
        kind: Its class.
        verdict: Probability of the class, or why there is none.
        quarter: Where it lies by importance and performance; empty where that is not estimated.
        importance: Share of the differences in satisfaction that it accounts for.
        performance: Mean score, as a share of its scale.
        if_low: What a low answer costs of overall satisfaction.
        if_high: What a high answer earns.
        value_each: Expected value of a customer who gave a low answer.
    """

    factor: str
    kind: str
    verdict: Estimate
    quarter: str
    importance: Estimate | None
    performance: Estimate | None
    if_low: Estimate | None
    if_high: Estimate | None
    value_each: Estimate | None

    @property
    def is_sure(self) -> bool:
        """Whether its class is clear."""
        return self.verdict.value is not None and self.kind not in UNSURE


def drivers(figures: FigureSet) -> list[Driver]:
    """Return factors by importance, room and reach, the first to work on first."""
    rows = [
        _driver(figures, verdict)
        for verdict in figures.select(FACTOR_VERDICTS, VERDICT, segment=EVERYBODY)
        if verdict.group.get("factor")
    ]
    return sorted(rows, key=lambda row: (-_priority(figures, row.factor), row.factor))


def _driver(figures: FigureSet, verdict: Estimate) -> Driver:
    factor = str(verdict.group["factor"])

    def one(spec: FigureSpec, measure: Measure) -> Estimate | None:
        return figures.one(spec, measure, segment=EVERYBODY, factor=factor)

    importance = one(FACTOR_MAP, IMPORTANCE)
    return Driver(
        factor=factor,
        kind=str(verdict.group.get("class") or FactorClass.UNKNOWN.value),
        verdict=verdict,
        quarter=str(importance.group.get("quarter") or "") if importance else "",
        importance=importance,
        performance=one(FACTOR_MAP, PERFORMANCE),
        if_low=one(FACTOR_VERDICTS, PENALTY),
        if_high=one(FACTOR_VERDICTS, REWARD),
        value_each=_each(figures.one(INITIATIVES, VALUE_WITH_LOW_ANSWERS, factor=factor)),
    )


def _priority(figures: FigureSet, factor: str) -> float:
    priority = figures.one(FACTOR_MAP, PRIORITY, segment=EVERYBODY, factor=factor)
    return number_of(priority) if priority else 0.0


def _each(total: Estimate | None) -> Estimate | None:
    if total is None or total.value is None or not total.n:
        return None
    return replace(total, value=total.value / total.n)


def tables_of(figures: FigureSet, factor: str) -> list[DisplayTable]:
    """Return everything that figures say of one factor: one table for each figure."""
    views = [figures.view(spec) for spec in OF_FACTORS]
    return [
        long_table(view.figure, view.words, keep=lambda e: e.group.get("factor") == factor)
        for view in views
        if any(e.group.get("factor") == factor for e in view.figure.estimates)
    ]


def quotes_of(verbatims: Sequence[Mapping[str, Any]], factor: str) -> list[Mapping[str, Any]]:
    """Return masked quotes about a factor: blame first, the strongest first."""
    rows = [row for row in verbatims if row["factor"] == factor]
    return sorted(rows, key=lambda row: (row["is_praise"], row["language"], row["place"]))


def declared_factors(folder: Path) -> FactorFiles:
    """Return what the project's files declare of factors, beliefs and initiatives.

    Raises:
        ProjectError: A file is wrong, by file and key.
    """
    return read_factor_files(folder)
