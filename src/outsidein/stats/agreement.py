"""How well a coder agrees with people, code by code and over all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class MacroF1(NamedTuple):
    """A macro-F1 and its confidence interval (0 to 1), from `n` hand-coded texts."""

    f1: float
    low: float
    high: float
    n: int


class Gain(NamedTuple):
    """A macro-F1 minus another and its interval (-1 to 1), from the same `n` texts."""

    gain: float
    low: float
    high: float
    n: int


def macro_f1(
    confusion: Counts, *, rng: np.random.Generator, draws: int = 2_000, confidence: float = 0.95
) -> MacroF1:
    """Estimate the mean over codes of the harmonic mean of precision and recall.

    Every code weighs the same, however rare. A code that nobody gave counts 0 where only the
    coder gives it, and not at all where neither does. The interval holds percentiles of a
    bootstrap over texts.

    Args:
        confusion: Texts by people's code (rows) and the coder's (columns) (counts).
        rng: Source of the bootstrap draws.
        draws: How many (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: There are no texts.

    Example:
        >>> agreed = macro_f1(np.array([[40, 10], [5, 45]]), rng=np.random.default_rng(1))
        >>> f"{agreed.f1:.3f}"
        '0.850'

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, for the interval.
    """
    n = int(confusion.sum())
    if n == 0:
        raise TooLittleData(0, needed=1, of="hand-coded texts")
    k = len(confusion)
    drawn = rng.multinomial(n, confusion.ravel() / n, draws).reshape(draws, k, k)
    value = float(_f1(confusion[None])[0])
    low, high = _interval(_f1(drawn), confidence)
    return MacroF1(value, min(low, value), max(high, value), n)


def macro_f1_gain(
    joint: Counts, *, rng: np.random.Generator, draws: int = 2_000, confidence: float = 0.95
) -> Gain:
    """Estimate by how much one coder's macro-F1 exceeds another's on the same texts.

    Args:
        joint: Texts by people's code, the first coder's and the second's (counts, k by k by k).
        rng: Source of the bootstrap draws.
        draws: How many (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: There are no texts.

    Example:
        >>> joint = np.zeros((2, 2, 2), dtype=int)
        >>> joint[0, 0, 0], joint[1, 1, 1], joint[1, 1, 0] = 50, 30, 20
        >>> gain = macro_f1_gain(joint, rng=np.random.default_rng(1))
        >>> f"{gain.gain:.3f}"
        '0.208'

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap.
    """
    n = int(joint.sum())
    if n == 0:
        raise TooLittleData(0, needed=1, of="hand-coded texts")
    k = len(joint)
    drawn = rng.multinomial(n, joint.ravel() / n, draws).reshape(draws, k, k, k)
    gains = _f1(drawn.sum(axis=3)) - _f1(drawn.sum(axis=2))
    value = float((_f1(joint.sum(axis=2)[None]) - _f1(joint.sum(axis=1)[None]))[0])
    low, high = _interval(gains, confidence)
    return Gain(value, min(low, value), max(high, value), n)


def _f1(confusions: Counts) -> Floats:
    right = np.einsum("dkk->dk", confusions)
    predicted = confusions.sum(axis=1) + confusions.sum(axis=2)
    each = np.divide(2 * right, predicted, out=np.full(right.shape, np.nan), where=predicted > 0)
    values: Floats = np.nanmean(each, axis=1)
    return values


def _interval(drawn: Floats, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)
