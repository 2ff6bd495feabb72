import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from outsidein.errors import TooLittleData
from outsidein.stats.calibration import (
    auc,
    brier,
    calibration_bins,
    calibration_line,
    expected_calibration_error,
    skill,
)

tables = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1)), min_size=4, max_size=60)
two_sided = tables.filter(lambda t: 2 <= sum(row[1] for row in t) <= len(t) - 2)


def split(table):
    score, outcome = np.array(table).T
    return score / 20, outcome


def simulated(rng, n, slope=1.0, shift=0.0):
    odds = rng.normal(-1, 1, n)
    return expit(odds), (rng.random(n) < expit(shift + slope * odds)).astype(int)


@given(two_sided)
def test_brier_and_auc_are_those_of_sklearn(table):
    predicted, outcome = split(table)
    assert brier(predicted, outcome).score == pytest.approx(brier_score_loss(outcome, predicted))
    assert auc(predicted, outcome).auc == pytest.approx(roc_auc_score(outcome, predicted))


@given(two_sided)
def test_the_auc_has_delongs_interval_written_out_over_all_pairs(table):
    predicted, outcome = split(table)
    yes, no = predicted[outcome == 1], predicted[outcome == 0]
    wins = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    error = np.sqrt(
        wins.mean(axis=1).var(ddof=1) / len(yes) + wins.mean(axis=0).var(ddof=1) / len(no)
    )
    ours = auc(predicted, outcome)
    if 0 < ours.auc < 1:
        assert ours.low == pytest.approx(max(wins.mean() - 1.959964 * error, 0), abs=1e-6)
        assert ours.high == pytest.approx(min(wins.mean() + 1.959964 * error, 1), abs=1e-6)


def test_an_order_without_fault_still_has_an_interval():
    ours = auc([0.1] * 8 + [0.9] * 5, [0] * 8 + [1] * 5)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(5, 5, method="wilson"))
    assert auc([0.9] * 8 + [0.1] * 5, [0] * 8 + [1] * 5).low == 0


@given(two_sided)
def test_swapping_the_outcome_mirrors_the_auc(table):
    predicted, outcome = split(table)
    one, other = auc(predicted, outcome), auc(predicted, 1 - outcome)
    assert (one.auc, one.low, one.high) == pytest.approx(
        (1 - other.auc, 1 - other.high, 1 - other.low)
    )


def test_intervals_of_brier_and_auc_hold_the_truth_about_as_often_as_they_promise():
    rng = np.random.default_rng(1)
    predicted, outcome = simulated(rng, 1_000_000)
    truth = brier_score_loss(outcome, predicted), roc_auc_score(outcome, predicted)
    held = np.zeros(2)
    for _ in range(800):
        sample = simulated(rng, 200)
        for i, estimate in enumerate((brier(*sample), auc(*sample))):
            held[i] += estimate.low <= truth[i] <= estimate.high
    assert (held / 800 >= 0.925).all()
    assert (held / 800 <= 0.975).all()


def test_the_interval_of_skill_holds_the_truth_about_as_often_as_it_promises():
    rng = np.random.default_rng(2)
    predicted, outcome = simulated(rng, 1_000_000)
    truth = 1 - brier_score_loss(outcome, predicted) / np.mean((outcome - 0.3) ** 2)
    held = 0
    for _ in range(300):
        estimate = skill(*simulated(rng, 300), 0.3, rng=rng, draws=200)
        held += estimate.low <= truth <= estimate.high
    assert 0.91 <= held / 300 <= 0.98


def test_blocks_leave_the_interval_of_skill_as_wide_as_the_delta_method_says():
    rng = np.random.default_rng(3)
    predicted, outcome = simulated(rng, 50_000)
    ours = skill(predicted, outcome, 0.3, rng=rng, draws=2_000)
    errors, others = (predicted - outcome) ** 2, (0.3 - outcome) ** 2
    linear = (errors - (1 - ours.skill) * others) / others.mean()
    width = 2 * 1.959964 * linear.std() / np.sqrt(50_000)
    assert ours.high - ours.low == pytest.approx(width, rel=0.08)


@given(tables)
def test_the_reference_itself_has_no_skill(table):
    predicted, outcome = split(table)
    if ((predicted - outcome) ** 2).sum() > 0:
        same = skill(predicted, outcome, predicted, rng=np.random.default_rng(4), draws=20)
        assert same[:3] == pytest.approx((0, 0, 0), abs=1e-12)


@given(tables, st.integers(1, 12))
def test_bins_hold_each_customer_once_and_equal_predictions_together(table, bins):
    predicted, outcome = split(table)
    found = calibration_bins(predicted, outcome, bins=bins)
    assert len(found) <= bins
    assert sum(b.n for b in found) == len(table)
    assert sum(b.n * b.predicted for b in found) == pytest.approx(predicted.sum())
    assert sum(b.n * b.observed.share for b in found) == pytest.approx(outcome.sum())
    means = [b.predicted for b in found]
    assert means == sorted(set(means))
    assert len(found) <= len(set(predicted))


def test_bins_of_different_predictions_hold_equally_many():
    rng = np.random.default_rng(5)
    predicted, outcome = simulated(rng, 1_000)
    assert [b.n for b in calibration_bins(predicted, outcome)] == [100] * 10


def test_a_calibrated_prediction_has_the_error_that_chance_predicts():
    rng = np.random.default_rng(6)
    found = [expected_calibration_error(calibration_bins(*simulated(rng, 500))) for _ in range(200)]
    error, by_chance = np.mean([(e.error, e.by_chance) for e in found], axis=0)
    assert error == pytest.approx(by_chance, rel=0.06)
    assert found[0].n == 500


def test_the_error_is_the_weighted_distance_by_hand():
    bins = calibration_bins([0.1] * 4 + [0.5] * 6, [1, 0, 0, 0, 1, 1, 1, 0, 0, 0], bins=2)
    assert expected_calibration_error(bins).error == pytest.approx(0.4 * 0.15)


def test_intercept_and_slope_are_those_of_statsmodels():
    predicted, outcome = simulated(np.random.default_rng(7), 600, slope=0.6, shift=0.4)
    ours = calibration_line(predicted, outcome)
    odds, binomial = logit(predicted), sm.families.Binomial()
    level = sm.GLM(outcome, np.ones((600, 1)), binomial, offset=odds).fit()
    line = sm.GLM(outcome, sm.add_constant(odds), binomial).fit()
    assert ours[:3] == pytest.approx([level.params[0], *level.conf_int()[0]], abs=1e-6)
    assert ours[3:6] == pytest.approx([line.params[1], *line.conf_int()[1]], abs=1e-6)


def test_a_calibrated_prediction_has_intercept_0_and_slope_1_as_often_as_promised():
    rng = np.random.default_rng(8)
    lines = [calibration_line(*simulated(rng, 300)) for _ in range(500)]
    held = [
        (a.intercept_low <= 0 <= a.intercept_high, a.slope_low <= 1 <= a.slope_high) for a in lines
    ]
    assert (np.mean(held, axis=0) >= 0.93).all()
    assert (np.mean(held, axis=0) <= 0.98).all()


def test_extreme_predictions_are_kept_off_certainty():
    line = calibration_line([0.0, 1.0, 0.0, 1.0, 0.5], [0, 1, 1, 0, 1])
    assert np.isfinite(line).all()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: brier([0.5], [1]), "1 observations are too few: the estimate needs 2"),
        (lambda: skill([0.5], [1], 0.5, rng=np.random.default_rng(1)), "needs 2"),
        (
            lambda: skill([0.5, 0.5], [1, 0], [1, 0], rng=np.random.default_rng(1)),
            "0 errors of the",
        ),
        (lambda: auc([0.5, 0.4, 0.3], [1, 0, 0]), "1 customers on one side of the outcome"),
        (lambda: calibration_bins([], []), "0 observations are too few"),
        (lambda: calibration_line([0.5, 0.4], [1, 1]), "1 kinds of outcome are too few"),
        (lambda: calibration_line([0.5, 0.5], [1, 0]), "1 different predictions are too few"),
        (lambda: calibration_line([0.5, 0.4, 0.1], [1, 1, 0]), "0 outcomes against the order"),
    ],
)
def test_too_little_to_judge_by_is_refused(ask, message):
    with pytest.raises(TooLittleData, match=message):
        ask()
