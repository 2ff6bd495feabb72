from math import exp, log, sqrt

import numpy as np
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.mantel_haenszel import JumpStratum, rate_jump, risk_jump
from outsidein.stats.proportion import difference


def test_one_stratum_is_the_plain_risk_ratio_with_katz_interval():
    jump = risk_jump([JumpStratum(30, 100, 12, 120)])
    error = sqrt(1 / 30 - 1 / 100 + 1 / 12 - 1 / 120)
    assert jump.ratio == pytest.approx(3)
    assert jump.low == pytest.approx(exp(log(3) - 1.959964 * error), rel=1e-5)
    assert jump.difference == pytest.approx(0.2)
    assert jump.difference_low == pytest.approx(difference(30, 100, 12, 120).low, abs=0.01)


def test_one_stratum_is_the_plain_rate_ratio():
    jump = rate_jump([JumpStratum(30, 100, 12, 120)])
    assert jump.high == pytest.approx(exp(log(3) + 1.959964 * sqrt(1 / 30 + 1 / 12)), rel=1e-5)
    apart = 1.959964 * sqrt(30 / 100**2 + 12 / 120**2)
    assert jump.difference_high == pytest.approx(0.2 + apart, rel=1e-5)


def strata(rng, *, difference):
    """The young leave more often and are more often exposed: pooled, that looks like an effect."""
    found = []
    for base, exposed, others in ((0.3, 400, 100), (0.15, 200, 400), (0.05, 40, 800)):
        own, other = rng.binomial(exposed, base + difference), rng.binomial(others, base)
        found.append(JumpStratum(int(own), exposed, int(other), others))
    return found


def test_a_difference_that_is_only_one_of_tenure_is_seen_through():
    rng = np.random.default_rng(1)
    jumps = [risk_jump(strata(rng, difference=0)) for _ in range(1500)]
    assert np.mean([j.low <= 1 <= j.high for j in jumps]) == pytest.approx(0.95, abs=0.02)
    pooled = [sum(x) for x in zip(*strata(rng, difference=0), strict=True)]
    assert difference(*(int(x) for x in pooled)).low > 0.05


def test_a_true_jump_is_found_as_often_as_promised():
    rng = np.random.default_rng(2)
    jumps = [risk_jump(strata(rng, difference=0.1)) for _ in range(1500)]
    held = [j.difference_low <= 0.1 <= j.difference_high for j in jumps]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_a_true_rate_ratio_is_found_as_often_as_promised():
    rng, held = np.random.default_rng(3), []
    for _ in range(1500):
        drawn = [
            JumpStratum(int(rng.poisson(base * 200 * 2)), 200, int(rng.poisson(base * 900)), 900)
            for base in (0.1, 0.03, 0.01)
        ]
        jump = rate_jump(drawn)
        held.append(jump.low <= 2 <= jump.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_strata_that_compare_nothing_count_for_nothing():
    some = [JumpStratum(30, 100, 12, 120)]
    assert risk_jump([*some, JumpStratum(50, 60, 0, 0), JumpStratum(0, 0, 5, 9)]) == risk_jump(some)


def test_few_churns_on_one_side_give_no_ratio():
    with pytest.raises(TooLittleData, match="4 churn on one side are too few"):
        rate_jump([JumpStratum(4, 100, 50, 1000)])
