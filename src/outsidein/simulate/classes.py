"""The true class of a factor, from its true penalty and reward."""

import numpy as np

from outsidein.simulate.declaration import Firm
from outsidein.simulate.people import seconds
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.surveys import SCALE, draw_ratings
from outsidein.stats.factors.classes import CLASSES, classify

DRAWN = 4_000
"""Responses a segment's standard deviation is taken from."""


def true_class(penalty: float, reward: float, *, deviation: float) -> str:
    """Name the class that penalty and reward make.

    Args:
        penalty: Effect of a low rating (at most 0, share of the scale).
        reward: Effect of a high rating (at least 0, share of the scale).
        deviation: Standard deviation of overall satisfaction (share of the scale).

    Example:
        >>> [true_class(*e, deviation=0.2) for e in ((-0.15, 0.05), (-0.02, 0.14), (-0.3, 0))]
        ['hygiene', 'enhancer', 'destroyer']
    """
    classes = classify(np.array([penalty]), np.array([reward]), deviation)
    return CLASSES[int(classes[0])].value


def deviations(firm: Firm) -> dict[str, float]:
    """Return the standard deviation of overall answers in each segment's first year.

    Drawn from the response model without failures, always the same (share of the scale).
    """
    low, high = SCALE
    deviation_by_segment = {}
    for place, name in enumerate(firm.segment):
        rng = stream(0, Process.SURVEYS, place)
        met = np.zeros((len(firm.failure), DRAWN), np.bool_)
        segment, at = np.full(DRAWN, place), np.full(DRAWN, seconds(firm.first_on))
        overall = draw_ratings(firm, rng, segment, met, at).overall
        deviation_by_segment[name] = float(overall.std() / (high - low))
    return deviation_by_segment
