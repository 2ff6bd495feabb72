"""When and why customers churn, beside the truth."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_REASONS,
    HAZARD,
    INCIDENCE,
    SHARE_STILL_CUSTOMERS,
    SURVIVAL,
)
from outsidein.figures.figure import Estimate, Figure
from outsidein.simulate.accuracy.comparison import Beside, Figures, Truth, beside, estimates_of
from outsidein.simulate.column_buffer import Floats

SEGMENT = "segment "
"""How a segment's group begins."""


class Curve(NamedTuple):
    """True probabilities by month of tenure, of a segment or of all.

    Attributes:
        reasons: Their names.
        hazard: Of leaving in a month for each reason, one row per month; NaN where nobody under
            contract was observed for the whole month.
    """

    reasons: list[str]
    hazard: Floats

    @property
    def all_reasons(self) -> Floats:
        """Of leaving in a month, for whatever reason."""
        return np.asarray(self.hazard.sum(axis=1))

    @property
    def survival(self) -> Floats:
        """Of staying through the first 1, 2, ... months."""
        return np.asarray(np.cumprod(1 - self.all_reasons))

    @property
    def incidence(self) -> Floats:
        """Of having left for each reason by the end of each month."""
        before = np.concatenate([[1.0], self.survival[:-1]])
        return np.asarray(np.cumsum(before[:, None] * self.hazard, axis=0))


def curve(truth: Truth, segment: str | None) -> Curve:
    """Return the mean of the true hazards of those at risk in each month.

    What an estimator of hazards estimates: of customers who differ, the frail leave first, and
    failures raise hazards as they come.
    """
    h = truth.hazards
    kept = np.ones(len(h["month"]), np.bool_) if segment is None else h["segment"] == segment
    names = list(dict.fromkeys(h["reason"]))
    months = int(h["month"].max())
    expected, at_risk = np.zeros((months, len(names))), np.zeros((months, len(names)))
    for place, name in enumerate(names):
        rows = kept & (h["reason"] == name)
        month = h["month"][rows] - 1
        expected[:, place] = np.bincount(month, h["expected"][rows], minlength=months)
        at_risk[:, place] = np.bincount(month, h["at_risk"][rows], minlength=months)
    nobody = np.full_like(expected, np.nan)
    return Curve(names, np.divide(expected, at_risk, out=nobody, where=at_risk > 0))


def leaving(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Hazards and survival by month, of all and of each segment; incidence by reason."""
    for spec, measure in ((CHURN_HAZARD, HAZARD), (SURVIVAL, SHARE_STILL_CUSTOMERS)):
        for figure, estimate in estimates_of(figures, spec, measure):
            group, month = estimate.group["group"], estimate.group["month"]
            is_segment = group is None or str(group).startswith(SEGMENT)
            if month is None or not is_segment:
                continue
            true = curve(truth, None if group is None else str(group).removeprefix(SEGMENT))
            line = true.all_reasons if measure is HAZARD else true.survival
            yield from _at(figure, estimate, line, int(month))


def reasons(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Incidence by reason."""
    true_curve = curve(truth, None)
    for figure, estimate in estimates_of(figures, CHURN_REASONS, INCIDENCE):
        reason, month = estimate.group["reason"], estimate.group["month"]
        if reason in true_curve.reasons and month:
            line = true_curve.incidence[:, true_curve.reasons.index(str(reason))]
            yield from _at(figure, estimate, line, int(month))


def _at(figure: Figure, estimate: Estimate, line: Floats, month: int) -> Iterator[Beside]:
    """The estimate of a month, counted from 1, where the truth is known so far."""
    if month <= len(line) and np.isfinite(line[month - 1]):
        yield from beside(figure, estimate, line[month - 1])
