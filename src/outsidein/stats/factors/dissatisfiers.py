"""Key dissatisfiers: failures that the dissatisfied met and others did not."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from outsidein.errors import TooLittleData
from outsidein.stats.factors.contrast import FEWEST_ANSWERS, FactorEffect
from outsidein.stats.factors.ratings import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Dissatisfiers:
    """Which failures make customers dissatisfied.

    Attributes:
        shapley: Per factor, its part in reach minus noise of all failures together.
        key: Places of the factors that together reach furthest beyond their noise, the strongest
            first.
        reach: Share of the dissatisfied whom some failure of `key` reached.
        noise: Share of the others whom one reached too.
    """

    shapley: tuple[FactorEffect, ...]
    key: tuple[int, ...]
    reach: float
    noise: float


def key_dissatisfiers(
    failed: Bools,
    is_dissatisfied: Bools,
    *,
    customer: Ints | None = None,
    weight: Floats | None = None,
    fewest: int = FEWEST_ANSWERS,
    confidence: float = 0.95,
) -> Dissatisfiers:
    """Divide what failures explain of dissatisfaction among the factors.

    A set of factors is worth its reach, the share of the dissatisfied who failed on any of them,
    less its noise, the same share of the others. The Shapley value of that game has a closed
    form: somebody who failed on k factors gives 1/k to each; mean over the dissatisfied less mean
    over the others. `key` grows in the order of the Shapley values as long as the set gains.
    Intervals are normal, with the variance among customers.

    Args:
        failed: Occasions by factors.
        is_dissatisfied: One per occasion.
        customer: Code of each occasion's customer, ascending; all different if omitted.
        weight: Of each occasion; 1 if omitted.
        fewest: Dissatisfied occasions, and others, needed (count).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Raises:
        TooLittleData: There are fewer than `fewest` dissatisfied occasions, or others.

    Example:
        >>> failed = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=bool)
        >>> result = key_dissatisfiers(failed, np.array([1, 1, 0, 0], dtype=bool), fewest=2)
        >>> [effect.value for effect in result.shapley], result.key, result.reach, result.noise
        ([0.75, -0.25], (0,), 1.0, 0.0)

    Source:
        Conklin, Powaga & Lipovetsky (2004), "Customer satisfaction analysis: identification of
        key drivers", European Journal of Operational Research 154(3).
    """
    rows = len(failed)
    customer = np.arange(rows) if customer is None else customer
    weight = np.ones(rows) if weight is None else weight
    for count in (int(is_dissatisfied.sum()), int(rows - is_dissatisfied.sum())):
        if count < fewest:
            raise TooLittleData(count, needed=fewest, of="dissatisfied, or others")
    share = 1 / np.maximum(failed.sum(axis=1), 1)
    failures = failed * share[:, None]
    sides = [weight * is_dissatisfied, weight * ~is_dissatisfied]
    value, error = _apart(failures, sides, customer)
    n = _failing_customers(failed, customer)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    effects = tuple(
        FactorEffect(float(v), float(v - z * e), float(v + z * e), int(count))
        for v, e, count in zip(value, error, n, strict=True)
    )
    return Dissatisfiers(effects, *_key(failed, sides, np.argsort(-value, kind="stable")))


def _apart(failures: Floats, sides: list[Floats], customer: Ints) -> tuple[Floats, Floats]:
    """Difference of the two sides' means, and its standard error among customers."""
    starts, sides = _starts(customer), [side / side.sum() for side in sides]
    means = [side @ failures for side in sides]
    if len(starts) == len(customer):  # then each side's squares can be had from sums
        squares = failures * failures
        variance = sum(
            (s * s) @ squares - 2 * m * ((s * s) @ failures) + m * m * (s @ s)
            for s, m in zip(sides, means, strict=True)
        )
        return means[0] - means[1], np.sqrt(np.maximum(variance, 0.0))
    pulls = [side[:, None] * (failures - m) for side, m in zip(sides, means, strict=True)]
    per_customer = np.add.reduceat(pulls[0] - pulls[1], starts, axis=0)
    return means[0] - means[1], np.sqrt((per_customer**2).sum(axis=0))


def _starts(customer: Ints) -> Ints:
    return np.flatnonzero(np.diff(customer, prepend=customer[:1] - 1))


def _failing_customers(failed: Bools, customer: Ints) -> Ints:
    starts = _starts(customer)
    each = failed if len(starts) == len(failed) else np.logical_or.reduceat(failed, starts, axis=0)
    counts: Ints = each.sum(axis=0, dtype=np.int64)
    return counts


def _key(failed: Bools, sides: list[Floats], order: Ints) -> tuple[tuple[int, ...], float, float]:
    """Add factors, the strongest first, as long as reach grows more than noise."""
    any_failed = np.zeros(len(failed), dtype=bool)
    chosen: list[int] = []
    best = (0.0, 0.0)
    for factor in order.tolist():
        wider = any_failed | failed[:, factor]
        reach, noise = (float(side @ wider / side.sum()) for side in sides)
        if reach - noise <= best[0] - best[1]:
            break
        any_failed, best = wider, (reach, noise)
        chosen.append(factor)
    return tuple(chosen), *best
