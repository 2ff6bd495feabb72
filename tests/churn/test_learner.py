import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from outsidein.churn.learner import fit, naive_rule
from outsidein.errors import TooLittleData


def customers(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    x[rng.random(n) < 0.2, 0] = np.nan
    truth = 1 / (1 + np.exp(-1.5 * np.nan_to_num(x[:, 0], nan=1.0)))
    return x, truth, (rng.random(n) < truth).astype(np.int64)


def test_probabilities_known_in_the_simulation_are_recovered():
    x, _, came = customers(20_000, seed=1)
    new, truth, _ = customers(5_000, seed=2)
    told = fit(x, came).probability(new)
    assert np.abs(told - truth).mean() < 0.03
    assert told.mean() == pytest.approx(truth.mean(), abs=0.01)


def test_the_number_of_threads_changes_nothing():
    x, _, came = customers(3_000, seed=3)
    told = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            told.append(fit(x, came).probability(x))
    assert (told[0] == told[1]).all()


def test_a_feature_that_nobody_has_or_all_share_is_left_out():
    x, _, came = customers(2_000, seed=4)
    useless = np.column_stack([np.full(2_000, np.nan), x, np.ones(2_000)])
    assert (fit(useless, came).probability(useless) == fit(x, came).probability(x)).all()
    with pytest.raises(TooLittleData, match="0 features in which customers differ"):
        fit(useless[:, :1], came)


def test_49_customers_on_one_side_are_too_few():
    x, _, _ = customers(500, seed=5)
    came = (np.arange(500) < 49).astype(np.int64)
    with pytest.raises(TooLittleData, match="49 customers on one side of the outcome"):
        fit(x, came)
    assert len(fit(x, 1 - (np.arange(500) < 50)).probability(x)) == 500


def test_the_naive_rule_gives_the_rate_of_the_bucket_with_one_customer_of_the_overall_rate():
    days = np.array([1.0, 7.0, 8.0, 30.0, np.inf])
    rule = naive_rule(days, np.array([1, 0, 1, 1, 0]), edges=(7, 30, 90))
    # overall 3 of 5: (1 + .6) / 3, (2 + .6) / 3, .6 / 1 where nobody was, (0 + .6) / 2
    asked = np.array([0.0, 7.0, 7.5, 60.0, 91.0])
    assert rule.probability(asked) == pytest.approx([1.6 / 3, 1.6 / 3, 2.6 / 3, 0.6, 0.3], abs=1e-6)
    with pytest.raises(TooLittleData, match="0 customers to learn from"):
        naive_rule(days[:0], np.array([], dtype=np.int64), edges=(7,))
