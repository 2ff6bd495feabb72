import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import TooLittleData
from outsidein.stats.nps import net_promoter_score
from outsidein.stats.proportion import proportion
from outsidein.stats.weighted import (
    Totals,
    effective_n,
    kish,
    weighted_mean,
    weighted_nps,
    weighted_share,
)


def totals(customer, weight, y):
    """Sums over customers of whole weights and values."""
    w, wy = (np.bincount(customer, v).astype(int) for v in (weight, weight * y))
    kept = np.bincount(customer) > 0
    w, wy = w[kept], wy[kept]
    sums = (w.sum(), wy.sum(), (w * w).sum(), (w * wy).sum(), (wy * wy).sum())
    return Totals(int(kept.sum()), len(y), *(int(x) for x in sums))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_equal_weights_and_one_answer_each_give_wilsons_interval(case):
    successes, n = case
    y = np.arange(n) < successes
    found = weighted_share(totals(np.arange(n), np.full(n, 7), y))
    wilson = proportion(successes, n)
    assert found[:4] == pytest.approx((wilson.share, wilson.low, wilson.high, n))


def test_equal_weights_and_one_answer_each_give_the_adjusted_wald_interval():
    y = np.repeat([1, 0, -1], [60, 25, 15])
    found = weighted_nps(totals(np.arange(100), np.ones(100), y), promoters=0.6, detractors=0.15)
    assert found == pytest.approx(net_promoter_score(60, 25, 15))


def test_an_answer_given_ten_times_by_one_customer_tells_no_more_than_once():
    y = np.arange(40) < 10
    once = weighted_share(totals(np.arange(40), np.ones(40), y))
    often = weighted_share(totals(np.repeat(np.arange(40), 10), np.ones(400), np.repeat(y, 10)))
    assert often.share == once.share
    assert often.effective_n == pytest.approx(once.effective_n, rel=0.1)


def sample(rng, *, n=400):
    """Over-sampled detractors: drawn four times as often, half as often answering twice."""
    unhappy = rng.random(n) < 0.5
    weight = np.where(unhappy, 1, 4)
    y = np.where(unhappy, rng.random(n) < 0.6, rng.random(n) < 0.1)
    customer = np.arange(n)
    twice = rng.random(n) < 0.5
    again = lambda v: np.concatenate([v, v[twice]])  # noqa: E731  three times the same
    return again(customer), again(weight), again(y)


def test_interval_holds_the_true_share_under_unequal_chances_and_repeated_answers():
    truth = (1 * 0.6 + 4 * 0.1) / 5
    rng = np.random.default_rng(3)
    found = [weighted_share(totals(*sample(rng, n=150))) for _ in range(1500)]
    assert np.mean([f.share for f in found]) == pytest.approx(truth, abs=0.005)
    assert 0.935 <= np.mean([f.low <= truth <= f.high for f in found]) <= 0.985


def test_unweighted_the_same_answers_would_be_far_off():
    customer, weight, y = sample(np.random.default_rng(3), n=4000)
    assert weighted_share(totals(customer, np.ones_like(weight), y)).low > 0.3
    assert weighted_share(totals(customer, weight, y)).high < 0.25


def test_interval_holds_the_true_net_promoter_score_under_unequal_chances():
    rng, held = np.random.default_rng(4), []
    shares = {1: [0.2, 0.3, 0.5], 4: [0.6, 0.3, 0.1]}
    truth = 100 * (-0.3 + 4 * 0.5) / 5
    for _ in range(1500):
        weight = np.repeat([1, 4], 60)
        y = np.concatenate([rng.choice([1, 0, -1], 60, p=shares[w]) for w in (1, 4)])
        p, d = (np.average(y == value, weights=weight) for value in (1, -1))
        found = weighted_nps(totals(np.arange(120), weight, y), promoters=p, detractors=d)
        held.append(found.low <= truth <= found.high)
    assert 0.935 <= np.mean(held) <= 0.985


def test_interval_holds_the_true_mean_under_unequal_chances():
    rng, held = np.random.default_rng(5), []
    for _ in range(1500):
        weight = np.where(rng.random(80) < 0.5, 1, 5)
        y = rng.poisson(np.where(weight == 1, 8, 3))
        found = weighted_mean(totals(np.arange(80), weight, y), spread=float(np.var(y)))
        held.append(found.low <= (8 + 5 * 3) / 6 <= found.high)
    assert 0.935 <= np.mean(held) <= 0.975


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=50))
def test_kishs_effective_n_lies_between_one_and_the_number_of_answers(weights):
    assert 1 - 1e-9 <= kish(weights) <= len(weights) + 1e-9


def test_where_all_answers_are_alike_the_effective_n_is_kishs():
    weight = np.array([1, 1, 1, 9])
    found = totals(np.arange(4), weight, np.ones(4))
    assert effective_n(found, spread=0) == pytest.approx(kish(weight))
    assert weighted_share(found).low < 0.5


def test_nobody_has_no_share():
    with pytest.raises(TooLittleData):
        weighted_share(Totals(0, 0, 0, 0, 0, 0, 0))
