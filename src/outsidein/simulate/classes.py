"""The true class of a factor, from its true penalty and reward."""

import numpy as np

from outsidein.simulate.declaration import Firm
from outsidein.simulate.rows import Floats
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.surveys import SCALE, rate

LOPSIDED, ONE_SIDED = 0.2, 0.7
"""Impact asymmetry beyond which a factor is hygiene or an enhancer, and beyond which there is
practically no reward."""

NIL, LARGE = 0.1, 0.5
"""Range under which a factor is indifferent, and penalty from which a one-sided one is a destroyer
(standard deviations of overall satisfaction)."""

CLASSES = ("destroyer", "hygiene", "performance", "enhancer", "indifferent")

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
    return CLASSES[int(classes(np.array([penalty]), np.array([reward]), deviation)[0])]


def classes(penalty: Floats, reward: Floats, deviation: Floats | float) -> Floats:
    """Return the class of each pair of effects, by place in `CLASSES`.

    Effects of the wrong sign count as none.
    """
    lost, earned = np.maximum(-penalty, 0.0), np.maximum(reward, 0.0)
    reach = lost + earned
    asymmetry = np.divide(earned - lost, reach, out=np.zeros_like(reach), where=reach > 0)
    return np.select(
        [
            reach < NIL * deviation,
            (asymmetry < -ONE_SIDED) & (lost >= LARGE * deviation),
            asymmetry < -LOPSIDED,
            asymmetry > LOPSIDED,
        ],
        [CLASSES.index(name) for name in ("indifferent", "destroyer", "hygiene", "enhancer")],
        default=CLASSES.index("performance"),
    )


def deviations(firm: Firm) -> dict[str, float]:
    """Return the standard deviation of overall answers in each segment's first year.

    Drawn from the response model without failures, always the same (share of the scale).
    """
    low, high = SCALE
    found = {}
    for place, name in enumerate(firm.segment):
        rng = stream(0, Process.SURVEYS, place)
        met = np.zeros((len(firm.failure), DRAWN), np.bool_)
        segment, year = np.full(DRAWN, place), np.full(DRAWN, firm.first_on.year)
        overall = rate(firm, rng, segment, met, year).overall
        found[name] = float(overall.std() / (high - low))
    return found
