"""What keeps, delights and repels customers, beside the truth."""

from collections.abc import Iterator, Mapping

import numpy as np

from outsidein.simulate.beside.rows import Beside, Figures, Truth, beside, estimates
from outsidein.simulate.classes import deviations, true_class

CERTAIN = 1.0

PROBABILITY = "probability of "
"""How the measure of a class begins."""


def verdicts(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Penalty and reward of each factor, and the probability given to its true class.

    Where a build tells no segment or no year, the truth is the mean over those who answered: what
    a regression over all of them comes close to.
    """
    for figure, estimate in estimates(figures, "factor_verdicts"):
        factor = str(estimate.group.get("factor"))
        if factor not in truth.firm.factor:
            continue
        segment, year = _segment(truth, estimate.group), _year(estimate.group)
        penalty, reward, deviation = _effects(truth, factor, segment, year)
        if estimate.measure in ("penalty", "reward"):
            told = penalty if estimate.measure == "penalty" else reward
            yield from beside(figure, estimate, told)
        elif estimate.measure.startswith(PROBABILITY):
            name = true_class(penalty, reward, deviation=deviation)
            if estimate.measure == PROBABILITY + name:
                yield from beside(figure, estimate, CERTAIN)


def _segment(truth: Truth, group: Mapping[str, object]) -> str | None:
    named = str(group.get("segment") or group.get("group") or "").removeprefix("segment ")
    return named if named in truth.firm.segment else None


def _year(group: Mapping[str, object]) -> int | None:
    period = str(group.get("period") or group.get("year") or "")
    return int(period[:4]) if period[:4].isdigit() else None


def _effects(
    truth: Truth, factor: str, segment: str | None, year: int | None
) -> tuple[float, float, float]:
    """Return penalty, reward and the deviation of overall, averaged over those who answered."""
    r = truth.responses
    kept = r["is_answered"] & ((r["segment"] == segment) if segment else True)
    kept = kept & ((r["year"] == year) if year else True)
    spread = deviations(truth.firm)
    rows = [row for row in truth.factors if row["factor"] == factor]
    weights = [
        int((kept & (r["segment"] == row["segment"]) & (r["year"] == row["year"])).sum())
        for row in rows
    ]
    if not sum(weights):
        return np.nan, np.nan, np.nan
    penalty, reward = (
        float(np.average([row[name] for row in rows], weights=weights))
        for name in ("penalty", "reward")
    )
    deviation = np.average([spread[row["segment"]] for row in rows], weights=weights)
    return penalty, reward, float(deviation)
