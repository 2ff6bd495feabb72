from itertools import permutations

import numpy as np
import pyarrow.parquet as pq
import pytest

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.factors.importance import drivers, lmg, relative_weights
from outsidein.stats.factors.ratings import rating_moments
from tests.stats.factors.worlds import ratings, simulated


@pytest.fixture
def rng():
    return np.random.default_rng(30)


@pytest.fixture
def swiss(shared_data):
    """Covariances of R's data set `swiss`, fertility last."""
    table = pq.read_table(shared_data / "relative_importance" / "swiss.parquet")
    names = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality", "Fertility"]
    return np.cov(np.array([table[name].to_numpy() for name in names], dtype=float))


def test_lmg_of_swiss_is_the_published_one(swiss):
    shares = lmg(swiss)
    assert shares == pytest.approx([0.05709, 0.17117, 0.26013, 0.10557, 0.11277], abs=5e-6)
    assert shares.sum() == pytest.approx(0.706735, abs=5e-7)


def test_relative_weights_of_swiss_are_the_published_ones(swiss):
    published = [0.04842, 0.15471, 0.27196, 0.11468, 0.11697]
    assert relative_weights(swiss) == pytest.approx(published, abs=5e-6)


def covariance(rng, p):
    return np.cov(rng.normal(size=(p + 1, 3 * p + 8)) + rng.normal(size=3 * p + 8))


def rise(found, first, joining):
    def explained(kept):
        r = found[kept, -1]
        return r @ np.linalg.solve(found[np.ix_(kept, kept)], r) if kept else 0.0

    return (explained([*first, joining]) - explained(first)) / found[-1, -1]


@pytest.mark.parametrize("p", [1, 2, 5])
def test_lmg_is_the_mean_rise_over_all_orders(rng, p):
    found = covariance(rng, p)
    orders = list(permutations(range(p)))
    expected = [
        np.mean([rise(found, list(order[: order.index(k)]), k) for order in orders])
        for k in range(p)
    ]
    assert lmg(found) == pytest.approx(expected)


def test_both_kinds_of_shares_sum_to_what_the_regression_explains(rng):
    found = covariance(rng, 20)
    explained = found[-1, :-1] @ np.linalg.solve(found[:-1, :-1], found[:-1, -1]) / found[-1, -1]
    assert lmg(found).sum() == pytest.approx(explained)
    assert relative_weights(found).sum() == pytest.approx(explained)


def test_units_do_not_matter(rng):
    found = covariance(rng, 6)
    scale = np.diag([1, 10, 100, 0.1, 5, 3, 7])
    assert lmg(scale @ found @ scale) == pytest.approx(lmg(found))
    assert relative_weights(scale @ found @ scale) == pytest.approx(relative_weights(found))


def test_of_too_many_drivers_it_says_so():
    with pytest.raises(InputError, match="23 factors are too many"):
        lmg(np.eye(24))


def test_intervals_hold_the_true_shares(rng):
    penalties, rewards = [-0.2, -0.1, 0.0, -0.05], [0.1, 0.1, 0.0, 0.2]
    true = drivers(rating_moments(simulated(rng, 300_000, penalties, rewards)), rng=rng, draws=5)
    inside = []
    for _ in range(60):
        found = drivers(rating_moments(simulated(rng, 600, penalties, rewards)), rng=rng)
        for one, other in zip(found.importance, true.importance, strict=True):
            inside += [
                one.lmg.low <= other.lmg.value <= one.lmg.high,
                one.johnson.low <= other.johnson.value <= one.johnson.high,
            ]
    assert 0.91 < np.mean(inside) < 0.99


def test_copies_of_a_factor_share_what_it_accounts_for(rng):
    found = simulated(rng, 3_000, [-0.2, -0.1], [0.1, 0.1])
    twice = ratings(found.scores[:, [0, 0, 1]], found.overall)
    one, other, _ = drivers(rating_moments(twice), rng=rng).importance
    assert one.lmg.value == pytest.approx(other.lmg.value, rel=1e-3)


def test_items_nobody_answered_or_all_alike_are_left_out(rng):
    found = simulated(rng, 500, [-0.2, -0.1, -0.1], [0.1, 0.1, 0.1])
    found.scores[:, 0], found.scores[:, 1] = np.nan, 0.75
    assert [one.factor for one in drivers(rating_moments(found), rng=rng).importance] == ["c"]


def test_without_answers_it_says_so(rng):
    with pytest.raises(TooLittleData):
        drivers(rating_moments(ratings(np.full((9, 2), np.nan), np.arange(9) / 9)), rng=rng)
