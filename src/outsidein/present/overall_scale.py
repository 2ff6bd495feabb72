"""Effects on overall satisfaction in points of the scale that customers were asked on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from outsidein.factors.figures import (
    EXPECTED_EFFECT,
    FACTOR_DRIFT,
    FACTOR_METHODS,
    FACTOR_VERDICTS,
    HIGHEST_OVERALL,
    INITIATIVES,
    LOWEST_OVERALL,
    PENALTY,
    PENALTY_A_PERIOD,
    PENALTY_MOVED,
    PENALTY_WITH_SERIES,
    RANGE,
    REWARD,
    REWARD_A_PERIOD,
    REWARD_MOVED,
    REWARD_WITH_SERIES,
    TO_BE_GAINED,
)
from outsidein.figures.figure import Estimate, Figure, Unit

FIGURES = (FACTOR_VERDICTS, FACTOR_METHODS, FACTOR_DRIFT, INITIATIVES)
EFFECTS = frozenset(
    measure.name
    for measure in (
        *(PENALTY, PENALTY_A_PERIOD, PENALTY_MOVED, PENALTY_WITH_SERIES),
        *(REWARD, REWARD_A_PERIOD, REWARD_MOVED, REWARD_WITH_SERIES),
        *(RANGE, EXPECTED_EFFECT, TO_BE_GAINED),
    )
)
"""Measures that are a part of the scale of overall satisfaction."""

OF_ITS_SCALE = "of the scale of satisfaction"


@dataclass(frozen=True, slots=True)
class OverallScale:
    """The scale of overall satisfaction, as asked."""

    lowest: float
    highest: float

    @property
    def words(self) -> str:
        """Name the unit of an effect.

        Example:
            >>> OverallScale(1.0, 5.0).words
            'points of the scale from 1 to 5'
        """
        return f"points of the scale from {self.lowest:g} to {self.highest:g}"

    def in_points(self, e: Estimate) -> Estimate:
        """Write a part of the scale in its points."""
        if e.measure not in EFFECTS or e.unit is not Unit.SHARE:
            return e
        width = self.highest - self.lowest
        value, low, high = (None if x is None else width * x for x in (e.value, e.low, e.high))
        return replace(e, unit=Unit.NUMBER, value=value, low=low, high=high)


def overall_scale(figures: Mapping[str, Figure]) -> OverallScale | None:
    """Return the scale that all customers were asked on; None where scales differ."""
    methods = figures.get(FACTOR_METHODS.name)
    ends = {e.measure: e.value for e in methods.estimates} if methods else {}
    lowest, highest = ends.get(LOWEST_OVERALL.name), ends.get(HIGHEST_OVERALL.name)
    return None if lowest is None or highest is None else OverallScale(lowest, highest)


def in_points(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Write the effects of factors in points of the scale, where there is one scale."""
    scale = overall_scale(figures)
    if not scale:
        return dict(figures)
    names = {spec.name for spec in FIGURES}
    return {
        name: replace(figure, estimates=tuple(map(scale.in_points, figure.estimates)))
        if name in names
        else figure
        for name, figure in figures.items()
    }
