import numpy as np
import pytest

from outsidein.stats.periods import by_period
from outsidein.stats.proportion import proportion
from outsidein.stats.survival import kaplan_meier


def test_without_censoring_a_hazard_is_the_share_who_left_with_wilsons_interval():
    months = by_period(kaplan_meier([1, 2, 3, 4, 5, 0], [0, 0, 0, 0, 0, 85]), width=3)
    for t, (left, n) in enumerate([(6, 100), (9, 94)]):
        share = proportion(left, n)
        assert (months.hazard[t], months.hazard_low[t], months.hazard_high[t]) == pytest.approx(
            share[:3]
        )
    assert months.survival.tolist() == pytest.approx([0.94, 0.85])


def test_who_is_censored_within_a_period_counts_for_as_long_as_observed():
    months = by_period(kaplan_meier([0, 10, 0, 2], [0, 0, 90, 18]), width=4)
    assert months.survival.tolist() == pytest.approx([110 / 120 * 18 / 20])
    assert months.hazard.tolist() == pytest.approx([1 - 110 / 120 * 18 / 20])
    assert months.hazard_high[0] - months.hazard_low[0] > 2 * proportion(12, 120).high - 0.2


def test_a_period_that_nobody_is_followed_to_the_end_of_has_no_number():
    months = by_period(kaplan_meier([5, 5, 5, 0], [0, 0, 85, 0]), width=2)
    assert np.isnan(months.survival).tolist() == [False, True]
    assert np.isnan(months.hazard).tolist() == [False, True]


def test_a_grid_that_ends_within_a_period_is_refused():
    with pytest.raises(ValueError, match="3 steps are no whole number of periods of 2"):
        by_period(kaplan_meier([1, 1, 1], [0, 0, 7]), width=2)


@pytest.mark.parametrize("n", [40, 200])
def test_the_interval_of_a_hazard_holds_the_truth_though_many_are_censored_in_the_period(n):
    rng, truth, held = np.random.default_rng(5), 0.1, []
    for _ in range(600):
        left = rng.exponential(-30 / np.log(1 - truth), n).astype(int)
        seen = rng.integers(1, 60, n)
        gone = left < seen
        last = np.minimum(np.where(gone, left, seen - 1), 59)
        gone &= left < 60
        churned, censored = (np.bincount(last[who], minlength=60) for who in (gone, ~gone))
        months = by_period(kaplan_meier(churned, censored), width=30)
        held.append(months.hazard_low[0] <= truth <= months.hazard_high[0])
    assert 0.93 <= np.mean(held) <= 0.98
