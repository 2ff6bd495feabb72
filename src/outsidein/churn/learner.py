"""Probabilities of a coming event: calibrated boosted trees, and the naive rule they must beat."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

from outsidein.errors import TooLittleData

if TYPE_CHECKING:  # it takes longer to load than most commands to run
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

FEWEST_EACH = 50
"""Customers needed on either side of the outcome before anything is learned."""

HELD_OUT = 4
"""One customer in so many calibrates and does not train."""

DIGITS = 6
NEVER = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Boosted trees and the line that brings their log odds to what came true.

    Attributes:
        used: Columns that differed among the customers learned from.
        trees: On those columns.
        line: Platt's, from the trees' log odds.
    """

    used: NDArray[np.bool_]
    trees: "HistGradientBoostingClassifier"
    line: "LogisticRegression"

    def probability(self, x: Floats) -> Floats:
        """Give each row's probability of the outcome (0 to 1), rounded to 6 digits."""
        with threadpool_limits(limits=1):
            odds = _odds(self.trees, x[:, self.used]) @ self.line.coef_[0] + self.line.intercept_[0]
        rounded: Floats = np.round(expit(odds), DIGITS)
        return rounded


def fit(x: Floats, outcome: Counts) -> Model:
    """Train on three customers in four and calibrate on the fourth.

    Trees take nulls, money and days as they come, and small leaves are forbidden to keep them
    from learning single customers; Platt's line corrects what they overstate. All runs in one
    thread, so that the same rows give the same probabilities everywhere.

    Raises:
        TooLittleData: Fewer than 50 customers have the outcome, or fewer than 50 do not.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    least = int(min(outcome.sum(), len(outcome) - outcome.sum()))
    if least < FEWEST_EACH:
        raise TooLittleData(least, needed=FEWEST_EACH, of="customers on one side of the outcome")
    place = np.empty(len(outcome), dtype=np.int64)
    place[np.argsort(outcome, kind="stable")] = np.arange(len(outcome))
    is_held_out = place % HELD_OUT == 0
    used = _differs(x[~is_held_out])
    if not used.any():
        raise TooLittleData(0, needed=1, of="features in which customers differ")
    untrained = _trees(len(x))  # loads the library, which the limit must find loaded
    with threadpool_limits(limits=1):
        trees = untrained.fit(x[~is_held_out][:, used], outcome[~is_held_out])
        line = LogisticRegression(C=1e6).fit(
            _odds(trees, x[is_held_out][:, used]), outcome[is_held_out]
        )
    return Model(used, trees, line)


def _differs(x: Floats) -> NDArray[np.bool_]:
    lowest = np.where(np.isnan(x), np.inf, x).min(axis=0)
    highest = np.where(np.isnan(x), -np.inf, x).max(axis=0)
    differs: NDArray[np.bool_] = lowest < highest
    return differs


def _trees(n: int) -> "HistGradientBoostingClassifier":
    """Trees that may be the finer, the more customers there are to tell them apart."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415

    return HistGradientBoostingClassifier(
        max_iter=60,
        learning_rate=0.1,
        max_leaf_nodes=min(max(n // 2_000, 4), 15),
        min_samples_leaf=min(max(n // 50, 20), 400),
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )


def _odds(trees: "HistGradientBoostingClassifier", x: Floats) -> Floats:
    likely = np.clip(trees.predict_proba(x)[:, 1], NEVER, 1 - NEVER)
    odds: Floats = logit(likely)[:, None]
    return odds


@dataclass(frozen=True, slots=True, eq=False)
class NaiveRule:
    """The rate of the outcome among customers in the same bucket of days."""

    edges: Floats
    rates: Floats

    def probability(self, days: Floats) -> Floats:
        """Give each customer the rate of the bucket (0 to 1)."""
        return self.rates[np.searchsorted(self.edges, days)]


def naive_rule(days: Floats, outcome: Counts, *, edges: tuple[int, ...]) -> NaiveRule:
    """Learn the rate in each bucket, with one customer of the overall rate added to each.

    Args:
        days: Days since the last order, or under contract (days).
        outcome: What came true (0 or 1).
        edges: Last day of each bucket but the last, rising (days).

    Raises:
        TooLittleData: There are no customers.
    """
    if len(days) == 0:
        raise TooLittleData(0, needed=1, of="customers to learn from")
    bucket = np.searchsorted(edges, days)
    n, came = (np.bincount(bucket, w, len(edges) + 1) for w in (None, outcome))
    rates = np.round((came + outcome.mean()) / (n + 1), DIGITS)
    return NaiveRule(np.array(edges, dtype=np.float64), rates)
