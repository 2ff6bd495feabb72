import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from statsmodels.stats.proportion import proportion_confint

from outsidein.errors import TooLittleData
from outsidein.stats.survival import kaplan_meier, median_time, restricted_mean, survival_at

# Weeks in remission under 6-MP: Freireich et al. (1963), in Kalbfleisch & Prentice, table 1.2
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]

periods = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=20)
some_periods = periods.filter(lambda rows: sum(map(sum, rows)) > 0)


def counts(durations, length):
    return np.bincount(durations, minlength=length)


def freireich():
    return kaplan_meier(counts(RELAPSED, 36), counts(CENSORED, 36))


def fitted_by_lifelines(churned, censored, entry=None):
    time = np.arange(len(churned))
    durations = np.concatenate([np.repeat(time, churned), np.repeat(time, censored)])
    observed = np.repeat([1, 0], [sum(churned), sum(censored)])
    return KaplanMeierFitter().fit(durations, observed, timeline=time, entry=entry)


def test_freireichs_patients_have_the_published_curve():
    curve = freireich()
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.survival[[6, 7, 10, 13, 16, 22, 23]] == pytest.approx(published, abs=5e-4)
    assert median_time(curve)[:3] == (23, 13, None)


@given(some_periods, st.sampled_from([0.8, 0.95]))
def test_curve_and_interval_are_those_of_lifelines(rows, confidence):
    churned, censored = np.array(rows).T
    curve = kaplan_meier(churned, censored, confidence=confidence)
    lifelines = fitted_by_lifelines(churned, censored)
    time = np.arange(len(churned))
    durations = np.concatenate([np.repeat(time, churned), np.repeat(time, censored)])
    observed = np.repeat([1, 0], [churned.sum(), censored.sum()])
    lifelines.fit(durations, observed, timeline=time, alpha=1 - confidence)
    seen = curve.at_risk > 0
    inside = seen & (curve.survival > 0) & (curve.survival < 1)

    theirs = lifelines.survival_function_.to_numpy()[:, 0]
    limits = lifelines.confidence_interval_.to_numpy()[inside].T
    assert curve.survival[seen] == pytest.approx(theirs[seen])
    assert curve.low[inside] == pytest.approx(limits[0])
    assert curve.high[inside] == pytest.approx(limits[1])


def test_customers_who_enter_late_count_from_their_entry_on_as_in_lifelines():
    rng = np.random.default_rng(1)
    entry = rng.integers(0, 8, 300) * rng.integers(0, 2, 300)
    duration = entry + rng.integers(0, 10, 300)
    gone = rng.random(300) < 0.6
    ours = kaplan_meier(
        counts(duration[gone], 20), counts(duration[~gone], 20), entered=counts(entry, 20)
    )
    # lifelines puts a customer at risk only after the time of entry: enter just before
    late = KaplanMeierFitter().fit(duration, gone, entry=entry - 0.5, timeline=np.arange(20))
    seen = ours.at_risk > 0
    assert ours.survival[seen] == pytest.approx(late.survival_function_.to_numpy()[seen, 0])
    assert ours.n == 300


def test_whoever_entered_and_never_left_is_at_risk_to_the_end():
    full = kaplan_meier([2, 1, 0], [0, 0, 5])
    assert kaplan_meier([2, 1, 0], [0, 0, 0], entered=[8, 0, 0]).at_risk.tolist() == [8, 6, 5]
    assert full.at_risk.tolist() == [8, 6, 5]


@given(some_periods, st.integers(2, 5))
def test_many_times_the_customers_give_the_same_curve_and_a_narrower_interval(rows, times):
    churned, censored = np.array(rows).T
    few, many = kaplan_meier(churned, censored), kaplan_meier(times * churned, times * censored)
    assert few.survival == pytest.approx(many.survival, nan_ok=True)
    inside = (few.survival > 0) & (few.survival < 1)
    assert (many.high - many.low < few.high - few.low)[inside].all()


@given(some_periods)
def test_the_interval_holds_the_curve_and_the_curve_never_rises(rows):
    curve = kaplan_meier(*np.array(rows).T)
    seen = ~np.isnan(curve.survival)
    assert (curve.low <= curve.survival + 1e-12)[seen].all()
    assert (curve.survival <= curve.high + 1e-12)[seen].all()
    assert (curve.low[seen] >= 0).all()
    assert (curve.high[seen] <= 1).all()
    assert (np.diff(curve.survival[seen]) <= 0).all()


def test_before_anyone_churns_the_interval_is_wilsons_for_those_at_risk():
    curve = kaplan_meier([0, 0, 1], [5, 0, 14])
    assert curve.low[:2] == pytest.approx(
        [proportion_confint(n, n, method="wilson")[0] for n in (20, 15)]
    )
    assert curve.high[:2].tolist() == [1.0, 1.0]


def test_once_everyone_has_churned_nothing_remains_and_the_upper_limit_is_kept():
    curve = kaplan_meier([5, 5, 0], [0, 0, 0])
    assert curve.survival.tolist() == [0.5, 0.0, 0.0]
    assert curve.low[1:].tolist() == [0.0, 0.0]
    assert curve.high[1:].tolist() == [curve.high[0]] * 2
    at_once = kaplan_meier([4], [0])
    assert at_once.high[0] == pytest.approx(proportion_confint(0, 4, method="wilson")[1])


def test_past_the_last_customer_observed_nothing_is_known():
    curve = kaplan_meier([1, 0, 0], [0, 3, 0])
    assert np.isnan(curve.survival[2])
    assert np.isnan(curve.low[2])
    assert np.isnan(curve.hazard[2])
    assert not np.isnan(curve.hazard[:2]).any()


def test_the_hazard_has_the_interval_of_its_share():
    curve = kaplan_meier([3, 2], [1, 0], entered=[20, 0])
    assert curve.hazard == pytest.approx([3 / 20, 2 / 16])
    for t, (d, n) in enumerate([(3, 20), (2, 16)]):
        oracle = proportion_confint(d, n, method="wilson")
        assert (curve.hazard_low[t], curve.hazard_high[t]) == pytest.approx(oracle)


@given(some_periods)
def test_the_median_and_its_interval_are_those_of_lifelines(rows):
    churned, censored = np.array(rows).T
    curve = kaplan_meier(churned, censored)
    at_half = np.isclose([curve.survival, curve.low, curve.high], 0.5)
    assume(((curve.survival > 0) & (curve.survival < 1)).all() and not at_half.any())
    lifelines = fitted_by_lifelines(churned, censored)
    low, high = median_survival_times(lifelines.confidence_interval_).to_numpy()[0]
    expected = [None if np.isinf(t) else t for t in (lifelines.median_survival_time_, low, high)]
    assert median_time(curve)[:3] == tuple(expected)


@given(st.lists(st.integers(0, 30), min_size=3, max_size=12).filter(lambda d: sum(d) > 1))
def test_without_censoring_the_restricted_mean_is_a_plain_mean_of_shortened_times(churned):
    curve = kaplan_meier(churned, np.zeros(len(churned), dtype=int))
    horizon = len(churned) - 1
    times = np.minimum(np.repeat(np.arange(len(churned)), churned), horizon)
    error = 1.959964 * times.std() / np.sqrt(len(times))
    ours = restricted_mean(curve, horizon)
    assert ours.mean == pytest.approx(times.mean())
    assert ours.low == pytest.approx(max(times.mean() - error, 0), abs=1e-5)
    assert ours.high == pytest.approx(min(times.mean() + error, horizon), abs=1e-5)


def test_reading_off_a_period_gives_that_entry_of_the_curve():
    curve = freireich()
    share = survival_at(curve, 10)
    assert share == (curve.survival[10], curve.low[10], curve.high[10], 21)


def test_a_curve_that_has_come_to_0_stays_there():
    gone = kaplan_meier([2, 2], [0, 0])
    assert survival_at(gone, 7).survival == 0
    assert restricted_mean(gone, 7).mean == pytest.approx(0.5)


def simulated(rng, n):
    duration = rng.geometric(0.1, n) - 1
    seen = rng.integers(3, 25, n)
    last = np.minimum(duration, seen)
    return kaplan_meier(counts(last[duration <= seen], 25), counts(last[duration > seen], 25))


def test_intervals_hold_the_truth_about_as_often_as_they_promise():
    rng = np.random.default_rng(2)
    rounds, held = 600, np.zeros(3)
    truth = 0.9 ** np.arange(1, 13)
    for _ in range(rounds):
        curve = simulated(rng, 120)
        share, mean, half = survival_at(curve, 11), restricted_mean(curve, 12), median_time(curve)
        held += (
            share.low <= truth[11] <= share.high,
            mean.low <= truth.sum() <= mean.high,
            half.low <= 6 <= (half.high or 99),
        )
    assert (held / rounds >= 0.93).all()
    assert (held[:2] / rounds <= 0.975).all()


@pytest.mark.parametrize("customers", range(2, 60, 2))
def test_a_curve_that_comes_to_exactly_one_half_has_reached_the_median(customers):
    curve = kaplan_meier([1] * customers, [0] * customers)
    assert median_time(curve).time == customers // 2 - 1


def test_nobody_in_the_first_period_has_no_curve():
    with pytest.raises(TooLittleData, match="0 customers at risk in the first period are too few"):
        kaplan_meier([0, 0], [0, 0])
    with pytest.raises(TooLittleData, match="first period"):
        kaplan_meier([0, 1], [0, 1], entered=[0, 2])


@pytest.mark.parametrize("ask", [lambda c: survival_at(c, 2), lambda c: restricted_mean(c, 3)])
def test_a_time_nobody_was_observed_for_is_refused(ask):
    with pytest.raises(TooLittleData, match="2 observed periods are too few: the estimate needs 3"):
        ask(kaplan_meier([1, 0, 0], [0, 3, 0]))


@pytest.mark.parametrize("ask", [lambda c: survival_at(c, -1), lambda c: restricted_mean(c, 0)])
def test_time_starts_at_0(ask):
    with pytest.raises(ValueError, match="the first period is 0"):
        ask(kaplan_meier([1, 0], [0, 3]))


def test_more_leaving_than_at_risk_is_refused():
    with pytest.raises(ValueError, match="more leave than are at risk in period 1"):
        kaplan_meier([1, 4], [0, 0], entered=[3, 0])
