import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from outsidein.errors import TooLittleData
from outsidein.stats.incidence import cumulative_incidence
from outsidein.stats.survival import kaplan_meier

count = st.integers(0, 30)
rows = st.lists(st.tuples(count, count, count, count), min_size=1, max_size=15).filter(
    lambda table: sum(map(sum, table)) > 0
)


def by_reason(table):
    price, quality, unknown, censored = np.array(table).T
    return {"price": price, "quality": quality, "unknown": unknown}, censored


@given(rows)
def test_the_reasons_and_those_who_stay_add_up_to_everyone(table):
    churned, censored = by_reason(table)
    curves = cumulative_incidence(churned, censored)
    stay = kaplan_meier(sum(churned.values()), censored).survival
    total = sum(curve.incidence for curve in curves.reasons.values())
    assert total + stay == pytest.approx(np.ones(len(stay)) + 0 * stay, nan_ok=True)
    assert curves.survival == pytest.approx(stay, nan_ok=True)


@given(rows)
def test_a_single_reason_is_one_minus_the_survival_curve_with_its_interval(table):
    churned, censored = by_reason(table)
    total = sum(churned.values())
    only = cumulative_incidence({"any": total}, censored).reasons["any"]
    curve = kaplan_meier(total, censored)
    seen = (curve.survival > 1e-9) & (curve.survival < 1)
    assert only.incidence[seen] == pytest.approx(1 - curve.survival[seen])
    assert only.low[seen] == pytest.approx(1 - curve.high[seen], rel=1e-6)
    assert only.high[seen] == pytest.approx(1 - curve.low[seen], rel=1e-6)


@given(rows)
def test_the_interval_holds_the_share_and_stays_within_0_and_1(table):
    churned, censored = by_reason(table)
    for curve in cumulative_incidence(churned, censored).reasons.values():
        seen = ~np.isnan(curve.incidence)
        assert (curve.low[seen] >= 0).all()
        assert (curve.low <= curve.incidence + 1e-9)[seen].all()
        assert (curve.incidence <= curve.high + 1e-9)[seen].all()
        assert (curve.high[seen] <= 1).all()


@given(rows)
def test_merging_two_reasons_adds_their_shares_and_leaves_the_third(table):
    churned, censored = by_reason(table)
    apart = cumulative_incidence(churned, censored).reasons
    merged = {"named": churned["price"] + churned["quality"], "unknown": churned["unknown"]}
    together = cumulative_incidence(merged, censored).reasons
    named = apart["price"].incidence + apart["quality"].incidence
    assert together["named"].incidence == pytest.approx(named, nan_ok=True)
    assert together["unknown"].low == pytest.approx(apart["unknown"].low, nan_ok=True)


@given(rows)
def test_without_censoring_the_interval_is_that_of_a_plain_share(table):
    churned, _ = by_reason(table)
    n = sum(counts.sum() for counts in churned.values())
    assume(n > 0)
    curve = cumulative_incidence(churned, np.zeros(len(table), dtype=int)).reasons["price"]
    share = np.cumsum(churned["price"]) / n
    inside = (share > 0) & (share < 1)
    p = share[inside]
    reach = np.exp(1.959964 * np.sqrt(p * (1 - p) / n) / ((1 - p) * -np.log(1 - p)))
    assert curve.incidence == pytest.approx(share, abs=1e-12)
    assert curve.high[inside] == pytest.approx(1 - (1 - p) ** reach, rel=1e-4)
    assert curve.low[inside] == pytest.approx(1 - (1 - p) ** (1 / reach), rel=1e-4)


def test_shares_and_variance_are_those_of_lifelines():
    rng = np.random.default_rng(3)
    duration = 1 + rng.permutation(150)
    reason = rng.integers(0, 3, 150)
    lifelines = AalenJohansenFitter().fit(duration, reason, event_of_interest=1)
    grid = [np.bincount(duration[reason == r], minlength=151) for r in range(3)]
    curve = cumulative_incidence({"first": grid[1], "second": grid[2]}, grid[0]).reasons["first"]

    theirs = lifelines.cumulative_density_.to_numpy()[:, 0]
    variance = lifelines.variance_.to_numpy()
    # lifelines divides by zero in the last period, in which the last customer churns
    inside = (theirs > 0) & ~np.isnan(variance)
    assert inside.sum() > 140
    p = theirs[inside]
    reach = np.exp(1.959964 * np.sqrt(variance[inside]) / ((1 - p) * -np.log(1 - p)))
    assert curve.incidence == pytest.approx(theirs)
    assert curve.high[inside] == pytest.approx(1 - (1 - p) ** reach, rel=1e-5)


def simulated(rng, n):
    duration, reason = rng.geometric(0.15, n) - 1, rng.random(n) < 0.4
    seen = rng.integers(3, 20, n)
    last, gone = np.minimum(duration, seen), duration <= seen
    kinds = (gone & reason, gone & ~reason, ~gone)
    price, other, censored = (np.bincount(last[kind], minlength=20) for kind in kinds)
    return cumulative_incidence({"price": price, "other": other}, censored)


def test_the_interval_holds_the_true_share_about_as_often_as_it_promises():
    rng = np.random.default_rng(4)
    truth = 0.4 * (1 - 0.85**9)
    curves = [simulated(rng, 120).reasons["price"] for _ in range(800)]
    held = [curve.low[8] <= truth <= curve.high[8] for curve in curves]
    assert 0.93 <= np.mean(held) <= 0.97


def test_a_reason_nobody_gave_has_an_upper_limit():
    curve = cumulative_incidence({"price": [0, 0], "quality": [3, 2]}, [0, 15]).reasons["price"]
    assert curve.incidence.tolist() == [0, 0]
    assert curve.low.tolist() == [0, 0]
    assert 0.15 < curve.high[0] < curve.high[1] < 0.25


def test_nobody_at_risk_has_no_incidence():
    with pytest.raises(TooLittleData, match="0 customers at risk in the first period are too few"):
        cumulative_incidence({"price": [0]}, [0])


@pytest.mark.parametrize("n", [10, 28, 49])
def test_a_reason_that_takes_everyone_comes_to_1_and_keeps_its_last_lower_limit(n):
    curve = cumulative_incidence({"price": [1] * n, "other": [0] * n}, [0] * n).reasons["price"]
    assert curve.incidence[-1] == pytest.approx(1)
    assert curve.high[-1] == 1
    assert curve.low[-1] == curve.low[-2]
    assert curve.low[-1] > 0.4
