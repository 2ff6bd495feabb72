from itertools import combinations
from math import factorial

import numpy as np
import pyarrow.parquet as pq
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.factors.dissatisfiers import key_dissatisfiers


@pytest.fixture
def complaints(shared_data):
    table = pq.read_table(shared_data / "shapka" / "complaints_525.parquet")
    failed = np.column_stack([table[name].to_numpy() for name in table.column_names[:17]]) == 1
    return failed, table["Overall Satisfaction"].to_numpy() <= 5


def worth(failed, bad, chosen):
    reached = failed[:, list(chosen)].any(axis=1)
    return reached[bad].mean() - reached[~bad].mean()


def shapley(failed, bad):
    """By its definition: weighted rises over all sets of the others."""
    p = failed.shape[1]
    return [
        sum(
            factorial(size)
            * factorial(p - size - 1)
            / factorial(p)
            * (worth(failed, bad, (*others, k)) - worth(failed, bad, others))
            for size in range(p)
            for others in combinations([j for j in range(p) if j != k], size)
        )
        for k in range(p)
    ]


def test_the_closed_form_is_the_shapley_value_by_its_definition(complaints):
    failed, bad = complaints
    found = key_dissatisfiers(failed[:, :7], bad)
    assert [e.value for e in found.shapley] == pytest.approx(shapley(failed[:, :7], bad))


def test_the_parts_sum_to_reach_minus_noise_of_all_failures(complaints):
    failed, bad = complaints
    found = key_dissatisfiers(failed, bad)
    assert sum(e.value for e in found.shapley) == pytest.approx(worth(failed, bad, range(17)))


def test_the_key_reaches_further_beyond_its_noise_than_one_more_or_one_less(complaints):
    failed, bad = complaints
    found = key_dissatisfiers(failed, bad)
    best = worth(failed, bad, found.key)
    assert found.reach - found.noise == pytest.approx(best)
    assert best >= worth(failed, bad, found.key[:-1])
    order = np.argsort([-e.value for e in found.shapley], kind="stable")
    assert best >= worth(failed, bad, order[: len(found.key) + 1])


def test_intervals_hold_the_truth():
    rng = np.random.default_rng(40)
    chance = {True: np.array([0.5, 0.2, 0.1]), False: np.array([0.1, 0.1, 0.1])}

    def drawn(n):
        bad = rng.random(n) < 0.3
        return rng.random((n, 3)) < np.where(bad[:, None], chance[True], chance[False]), bad

    true = [e.value for e in key_dissatisfiers(*drawn(500_000)).shapley]
    inside = [
        e.low <= value <= e.high
        for _ in range(150)
        for e, value in zip(key_dissatisfiers(*drawn(400)).shapley, true, strict=True)
    ]
    assert 0.92 < np.mean(inside) < 0.98


def test_a_customer_heard_twice_is_one_customer():
    rng = np.random.default_rng(41)
    failed, bad = rng.random((200, 2)) < 0.4, rng.random(200) < 0.5
    twice = np.repeat(np.arange(200), 2)
    once = key_dissatisfiers(failed, bad)
    again = key_dissatisfiers(failed[twice], bad[twice], customer=twice)
    for one, other in zip(again.shapley, once.shapley, strict=True):
        assert one == pytest.approx(other)
    assert (again.key, again.reach, again.noise) == (once.key, once.reach, once.noise)


def test_without_dissatisfied_customers_it_says_so():
    with pytest.raises(TooLittleData):
        key_dissatisfiers(np.ones((100, 1), dtype=bool), np.zeros(100, dtype=bool))
