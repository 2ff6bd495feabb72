"""MBG/NBD: customers may leave after each purchase, the first included.

Source:
    Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison
    of models for customer base analysis", International Journal of Research in
    Marketing 24(3), 201-209; Hoppe & Wagner (2007), "Customer base analysis:
    The case for a central variant of the Betageometric/NBD model", Marketing:
    Journal of Research and Management 3(2), 75-90.
"""

import numpy as np

from outsidein.stats.lifetime import dropout
from outsidein.stats.lifetime.arrays import Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.model import PurchaseModel, ScoreRows


def _score(theta: Vector, histories: Histories) -> ScoreRows:
    return dropout.dropout_score(theta, histories, histories.frequency + 1)


def _alive(theta: Vector, histories: Histories) -> Vector:
    return dropout.dropout_alive(theta, histories, histories.frequency + 1)


def _expected(theta: Vector, histories: Histories, horizon: float) -> Vector:
    x, T = histories.frequency, histories.T
    return _alive(theta, histories) * dropout.purchases_if_alive(theta, x, T, x + 1, horizon)


def _inactive(theta: Vector, histories: Histories, horizon: float) -> Vector:
    return dropout.dropout_inactive(theta, histories, histories.frequency + 1, horizon)


def _factorial_moment(theta: Vector, histories: Histories, horizon: float) -> Vector:
    x, T = histories.frequency, histories.T
    return _alive(theta, histories) * dropout.factorial_moment_if_alive(theta, x, T, x + 1, horizon)


def _new_customer(theta: Vector, times: Vector) -> Vector:
    _, _, a, b = theta
    none = np.zeros(times.shape, dtype=np.int64)
    stays = float(b / (a + b))
    return stays * dropout.purchases_if_alive(theta, none, np.zeros(times.shape), none + 1, times)


MBG_NBD = PurchaseModel(
    name="MBG/NBD",
    parameters=("r", "alpha", "a", "b"),
    times=frozenset({"alpha"}),
    starts=((0.5, 0.25, 1.0, 1.5), (1.0, 1.0, 0.2, 2.0), (5.0, 5.0, 1.0, 10.0)),
    score=_score,
    alive=_alive,
    expected=_expected,
    inactive=_inactive,
    factorial_moment=_factorial_moment,
    new_customer=_new_customer,
)
