import numpy as np
import pytest
from scipy.stats import ttest_ind

from outsidein.errors import TooLittleData
from outsidein.stats.standardised import Part, Stratum, standardised_difference


def part(values):
    return Part(len(values), float(np.sum(values)), float(np.sum(np.square(values))))


def test_one_stratum_gives_welchs_interval():
    rng = np.random.default_rng(1)
    group, others = rng.normal(10, 2, 20), rng.normal(13, 5, 30)
    answer = standardised_difference([Stratum(part(group), part(others))])
    expected = ttest_ind(others, group, equal_var=False).confidence_interval()
    assert (answer.low, answer.high) == pytest.approx((expected.low, expected.high))


def test_groups_that_differ_by_their_strata_alone_do_not_differ():
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(400):
        strata = [
            Stratum(part(rng.normal(level, 3, n)), part(rng.normal(level, 3, m)))
            for level, n, m in ((10, 30, 5), (30, 10, 20), (60, 4, 40))
        ]
        answer = standardised_difference(strata)
        hits += answer.low <= 0 <= answer.high
    assert 0.92 <= hits / 400 <= 0.98


def test_who_has_nobody_of_their_stratum_is_left_out_and_said():
    strata = [
        Stratum(part([1.0, 2.0]), part([3.0, 4.0])),
        Stratum(part([1.0] * 6), part([])),
    ]
    answer = standardised_difference(strata)
    assert (answer.difference, answer.covered) == (2.0, 0.25)
    with pytest.raises(TooLittleData):
        standardised_difference(strata[1:])
