"""Kano's paired questions: what customers would feel with a factor, and without it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from outsidein.errors import TooLittleData
from outsidein.stats.factors.ratings import Ints
from outsidein.stats.proportion import Proportion, proportion


class KanoClass(StrEnum):
    """How a factor is felt."""

    MUST_BE = "must-be"
    ONE_DIMENSIONAL = "one-dimensional"
    ATTRACTIVE = "attractive"
    INDIFFERENT = "indifferent"
    REVERSE = "reverse"
    QUESTIONABLE = "questionable"


ORDER = tuple(KanoClass)
"""Where the two most frequent do not differ significantly, the first is taken: M > O > A > I."""

_M, _O, _A, _I, _R, _Q = range(6)
TABLE = np.array(
    [
        [_Q, _A, _A, _A, _O],
        [_R, _I, _I, _I, _M],
        [_R, _I, _I, _I, _M],
        [_R, _I, _I, _I, _M],
        [_R, _R, _R, _R, _Q],
    ]
)
"""By the answer with the factor (down) and without it (across): I like it, it must be, I do not
mind, I can live with it, I dislike it."""

ONE_SIDED_5_PERCENT = 1.65
"""Fong's constant, as published."""

DRAWS = 20_000
PRIOR = 0.5


class Fong(NamedTuple):
    """Whether the two most frequent classes differ significantly."""

    difference: int
    needed: float

    @property
    def is_apart(self) -> bool:
        """Whether they differ by more than chance would."""
        return self.difference > self.needed


@dataclass(frozen=True, slots=True)
class Kano:
    """What the paired questions say of one factor.

    Attributes:
        kind: The class.
        counts: Customers by class.
        probabilities: Chance of each class to be the most frequent among all customers.
        satisfaction: CS+, the share whom having the factor would satisfy more.
        dissatisfaction: CS-, minus the share whom lacking it would dissatisfy.
        chi_squared: Distance of M, O, A and I from being equally frequent.
        p_value: Chance of such a distance if they were.
        fong: Whether the two most frequent classes differ significantly.
        n: Customers (count).
    """

    kind: KanoClass
    counts: dict[KanoClass, int]
    probabilities: dict[KanoClass, float]
    satisfaction: Proportion
    dissatisfaction: Proportion
    chi_squared: float
    p_value: float
    fong: Fong
    n: int


def kano_counts(functional: Ints, dysfunctional: Ints) -> Ints:
    """Count the answers to one pair of questions by class.

    Args:
        functional: How a customer would feel with the factor: 1 I like it, 2 it must be, 3 I do
            not mind, 4 I can live with it, 5 I dislike it.
        dysfunctional: How without it, likewise.

    Returns:
        Counts in the order M, O, A, I, R, Q.

    Example:
        >>> kano_counts(np.array([1, 1, 2, 5]), np.array([5, 3, 5, 1])).tolist()
        [1, 1, 1, 0, 1, 0]

    Source:
        Kano, Seraku, Takahashi & Tsuji (1984), "Attractive quality and must-be quality", Journal
        of the Japanese Society for Quality Control 14(2); the table as in Berger et al. (1993),
        "Kano's methods for understanding customer-defined quality", Center for Quality of
        Management Journal 2(4).
    """
    kinds = TABLE[functional - 1, dysfunctional - 1]
    return np.bincount(kinds, minlength=len(ORDER)).astype(np.int64)


def kano(counts: Ints, *, rng: np.random.Generator, confidence: float = 0.95) -> Kano:
    """Classify a factor from the counts of its classes.

    The class is the most frequent one if Fong's test tells it apart from the next; of two that it
    cannot tell apart, the first in M > O > A > I. Probabilities are of being the most frequent,
    from a Dirichlet posterior with Jeffreys' prior.

    Args:
        counts: Customers by class in the order M, O, A, I, R, Q.
        rng: Source of the posterior draws.
        confidence: Coverage of the intervals of CS+ and CS- (probability, between 0 and 1).

    Raises:
        TooLittleData: Nobody answered M, O, A or I.

    Example:
        >>> result = kano(np.array([95, 123, 45, 33, 0, 0]), rng=np.random.default_rng(1))
        >>> result.kind.value, round(result.satisfaction.share, 3)
        ('one-dimensional', 0.568)

    Source:
        Berger et al. (1993), as for `kano_counts`; Fong (1996), "Using the self-stated importance
        questionnaire to interpret Kano questionnaire results", Center for Quality of Management
        Journal 5(3).
    """
    n, classified = int(counts.sum()), int(counts[:4].sum())
    if not classified:
        raise TooLittleData(classified, needed=1, of="answers with a class")
    order = np.argsort(-counts, kind="stable")
    first, second = int(counts[order[0]]), int(counts[order[1]])
    pair_total = first + second
    fong = Fong(
        first - second,
        ONE_SIDED_5_PERCENT * float(np.sqrt(pair_total * (2 * n - pair_total) / 2 / n)),
    )
    chosen = int(order[0]) if fong.is_apart else int(min(order[0], order[1]))
    even = classified / 4
    distance = float(((counts[:4] - even) ** 2).sum() / even)
    drawn = rng.dirichlet(counts + PRIOR, size=DRAWS).argmax(axis=1)
    shares = np.bincount(drawn, minlength=len(ORDER)) / DRAWS
    down = proportion(int(counts[_O] + counts[_M]), classified, confidence=confidence)
    return Kano(
        ORDER[chosen],
        dict(zip(ORDER, counts.tolist(), strict=True)),
        dict(zip(ORDER, shares.tolist(), strict=True)),
        proportion(int(counts[_A] + counts[_O]), classified, confidence=confidence),
        Proportion(-down.share, -down.high, -down.low, down.n),
        distance,
        float(chi2.sf(distance, 3)),
        fong,
        n,
    )
