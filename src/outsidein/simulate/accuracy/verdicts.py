"""What keeps, delights and repels customers, beside the truth."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from outsidein.factors.figures import PROBABILITY_OF_CLASS
from outsidein.figures.figure import Estimate
from outsidein.simulate.accuracy.comparison import Beside, Figures, Truth, beside, estimates
from outsidein.simulate.classes import deviations, true_class
from outsidein.simulate.declaration import Firm

EFFECTS = {
    "factor_verdicts": ("penalty", "reward"),
    "factor_drift": ("penalty", "reward"),
}
"""Figures that tell effects, and the measures in which they do."""

PROBABILITIES = {"factor_verdicts": "verdict", "factor_methods": PROBABILITY_OF_CLASS.name}
"""Figures that tell how probable the class is that they name, and the measure in which they do."""


class Effects(NamedTuple):
    """A factor's true effects (shares of the scale), and the class that they make."""

    penalty: float
    reward: float
    kind: str


def verdicts(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Penalty and reward of each factor, and the probability given to classes.

    The truth of a class is 1 where it is the true one, else 0. Where a build tells no segment or
    no year, true effects are the mean over those who answered, which is what a regression over
    all of them comes close to.
    """
    for name, measures in EFFECTS.items():
        for figure, estimate in estimates(figures, name):
            effects = _effects(truth, estimate.group) if estimate.measure in measures else None
            if effects:
                yield from beside(figure, estimate, getattr(effects, estimate.measure))
    for name, measure in PROBABILITIES.items():
        for figure, estimate in estimates(figures, name):
            effects = _effects(truth, estimate.group) if estimate.measure == measure else None
            if effects and _names_it(estimate, effects, is_verdict=measure == "verdict"):
                yield from beside(figure, estimate, float(estimate.group["class"] == effects.kind))


def _names_it(estimate: Estimate, effects: Effects, *, is_verdict: bool) -> bool:
    """A verdict is compared whatever it names; of all classes only the true one is."""
    return is_verdict or estimate.group["class"] == effects.kind


def _effects(truth: Truth, group: Mapping[str, object]) -> Effects | None:
    """Average a factor's effects over those who answered; None where there is no truth."""
    factor, segment, year = group.get("factor"), _segment(truth, group), _year(group)
    r = truth.responses
    kept = r["is_answered"] & ((r["segment"] == segment) if segment else True)
    kept = kept & ((r["year"] == year) if year else True)
    rows = [row for row in truth.factors if row["factor"] == factor]
    weights = [
        int((kept & (r["segment"] == row["segment"]) & (r["year"] == row["year"])).sum())
        for row in rows
    ]
    if not sum(weights):
        return None
    spread = _spread(truth.firm.model_dump_json())
    penalty, reward, deviation = (
        float(np.average(values, weights=weights))
        for values in (
            [row["penalty"] for row in rows],
            [row["reward"] for row in rows],
            [spread[row["segment"]] for row in rows],
        )
    )
    return Effects(penalty, reward, true_class(penalty, reward, deviation=deviation))


@lru_cache(maxsize=1)
def _spread(firm_json: str) -> dict[str, float]:
    return deviations(Firm.model_validate_json(firm_json))


def _segment(truth: Truth, group: Mapping[str, object]) -> str | None:
    named = str(group.get("segment"))
    return named if named in truth.firm.segment else None


def _year(group: Mapping[str, object]) -> int | None:
    period = str(group.get("period") or "")
    return int(period[:4]) if period[:4].isdigit() else None
