"""BG/NBD: customers may leave after each repeat purchase.

Source:
    Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way: An
    Alternative to the Pareto/NBD Model", Marketing Science 24(2), 275-284.
"""

import numpy as np

from outsidein.stats.lifetime import dropout
from outsidein.stats.lifetime.arrays import Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.model import PurchaseModel, ScoreRows


def _score(theta: Vector, histories: Histories) -> ScoreRows:
    return dropout.dropout_score(theta, histories, histories.frequency)


def _alive(theta: Vector, histories: Histories) -> Vector:
    return dropout.dropout_alive(theta, histories, histories.frequency)


def _expected(theta: Vector, histories: Histories, horizon: float) -> Vector:
    x, T = histories.frequency, histories.T
    return _alive(theta, histories) * dropout.purchases_if_alive(theta, x, T, x, horizon)


def _inactive(theta: Vector, histories: Histories, horizon: float) -> Vector:
    return dropout.dropout_inactive(theta, histories, histories.frequency, horizon)


def _factorial_moment(theta: Vector, histories: Histories, horizon: float) -> Vector:
    x, T = histories.frequency, histories.T
    return _alive(theta, histories) * dropout.factorial_moment_if_alive(theta, x, T, x, horizon)


def _new_customer(theta: Vector, times: Vector) -> Vector:
    none = np.zeros(times.shape, dtype=np.int64)
    return dropout.purchases_if_alive(theta, none, np.zeros(times.shape), none, times)


BG_NBD = PurchaseModel(
    name="BG/NBD",
    parameters=("r", "alpha", "a", "b"),
    times=frozenset({"alpha"}),
    starts=((0.5, 0.25, 1.0, 2.5), (1.0, 1.0, 0.2, 2.0), (5.0, 5.0, 1.0, 10.0)),
    score=_score,
    alive=_alive,
    expected=_expected,
    inactive=_inactive,
    factorial_moment=_factorial_moment,
    new_customer=_new_customer,
)
