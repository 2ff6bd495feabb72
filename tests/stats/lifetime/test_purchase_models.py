# ruff: noqa: N806  (T is the literature's letter)
"""What holds for every purchase model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.histories import Histories, compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.model import (
    PurchaseFit,
    expected_of_new_customer,
    fit_purchases,
    log_likelihood,
    parameter_intervals,
)
from outsidein.stats.lifetime.paretonbd import PARETO_NBD

MODELS = pytest.mark.parametrize("model", [BG_NBD, MBG_NBD, PARETO_NBD], ids=lambda m: m.name)
TRUTH = {
    "BG/NBD": {"r": 0.6, "alpha": 4.0, "a": 0.8, "b": 2.5},
    "MBG/NBD": {"r": 0.9, "alpha": 4.0, "a": 0.8, "b": 2.5},
    "Pareto/NBD": {"r": 0.6, "alpha": 4.0, "s": 0.7, "beta": 9.0},
}
logs = st.tuples(*[st.floats(-6, 6)] * 4)


@st.composite
def people(draw):
    T = draw(st.integers(0, 3000))
    x = draw(st.integers(0, 5) | st.integers(0, 2000))
    return (x, draw(st.integers(0, T)) if x else 0, T)


@pytest.fixture
def simulate(simulate_dropout, simulate_pareto):
    def of(model, seed, n, **options):
        if model is PARETO_NBD:
            return simulate_pareto(seed, n, **TRUTH[model.name], **options)
        at_once = model is MBG_NBD
        return simulate_dropout(seed, n, **TRUTH[model.name], leaves_at_once=at_once, **options)

    return of


@MODELS
def test_compression_and_order_leave_the_likelihood_alone(model):
    @given(logs, st.lists(people(), min_size=1, max_size=20), st.randoms(use_true_random=False))
    def holds(theta, customers, random):
        single = [compress_histories(*np.array([c]).T)[0] for c in customers]
        random.shuffle(customers)
        together, _ = compress_histories(*np.array(customers).T)
        one_by_one = sum(model.score(np.exp(theta), h).log_likelihood[0] for h in single)
        summed = together.customers @ model.score(np.exp(theta), together).log_likelihood
        assert np.isfinite(summed)
        assert summed == pytest.approx(one_by_one, rel=1e-9)

    holds()


@MODELS
def test_presence_is_a_probability_and_purchases_grow_with_the_horizon(model):
    @given(logs, people(), st.floats(0.01, 500))
    def holds(theta, customer, horizon):
        theta, (histories, _) = np.exp(theta), compress_histories(*np.array([customer]).T)
        assert 0 <= model.alive(theta, histories)[0] <= 1
        assert model.expected(theta, histories, 0.0)[0] == 0
        assert model.factorial_moment(theta, histories, 0.0)[0] == 0
        short, long = (model.expected(theta, histories, h)[0] for h in (horizon, 2 * horizon))
        assert 0 <= short <= long * (1 + 1e-9)

    holds()


@MODELS
def test_gradient_is_the_slope_of_the_log_likelihood(model):
    histories, _ = compress_histories(
        [0, 0, 1, 3, 40, 900], [0, 0, 9, 90, 200, 700], [0, 300, 9, 99, 273, 800]
    )
    theta = np.array([0.7, 5.0, 0.9, 3.0])
    step = 1e-5
    for i, slope in enumerate(model.score(theta, histories).gradient.T):
        up, down = theta.copy(), theta.copy()
        up[i] *= np.exp(step)
        down[i] *= np.exp(-step)
        rise = (
            model.score(up, histories).log_likelihood - model.score(down, histories).log_likelihood
        )
        assert slope == pytest.approx(rise / (2 * step), rel=1e-5, abs=1e-5)


@MODELS
def test_simulated_parameters_are_recovered_within_four_standard_errors(model, simulate):
    x, t_x, T, _ = simulate(model, 5, 60_000)
    fitted = fit_purchases(model, compress_histories(x, t_x, T)[0])
    assert fitted.converged
    assert fitted.why is None
    truth = model.vector(TRUTH[model.name])
    errors = np.sqrt(np.diag(fitted.covariance))
    assert np.all(np.abs(np.log(fitted.vector / truth)) < 4 * errors)
    assert np.all(errors < 0.2)


@MODELS
def test_expected_purchases_given_the_past_are_those_simulated_customers_make(model, simulate):
    x, t_x, T, later = simulate(model, 6, 200_000, future=273)
    histories, rows = compress_histories(x, t_x, T)
    theta = model.vector(TRUTH[model.name])
    mean = model.expected(theta, histories, 39.0)[rows]
    square = (
        model.factorial_moment(theta, histories, 39.0) + model.expected(theta, histories, 39.0)
    )[rows]
    for group in (x == 0, x == 1, x == 2, (x > 2) & (x < 8), x >= 8):
        noise = np.std(later[group] - mean[group]) / np.sqrt(group.sum())
        assert np.mean(later[group] - mean[group]) == pytest.approx(0, abs=5 * noise)
        noise = np.std(later[group] ** 2.0) / np.sqrt(group.sum())
        assert np.mean(later[group] ** 2.0 - square[group]) == pytest.approx(0, abs=5 * noise)


@MODELS
def test_a_new_customer_buys_what_simulated_customers_bought_so_far(model, simulate):
    x, _, T, _ = simulate(model, 7, 200_000)
    expected = model.new_customer(model.vector(TRUTH[model.name]), T / 7)
    assert x.mean() == pytest.approx(expected.mean(), abs=5 * x.std() / np.sqrt(x.size))


@MODELS
def test_small_horizons_join_their_series_smoothly(model):
    histories, _ = compress_histories([0, 3, 500], [0, 90, 250], [273, 273, 273])
    theta = model.vector(TRUTH[model.name])
    horizons = np.geomspace(1e-7, 1e-1, 200)
    pairs = np.array([model.factorial_moment(theta, histories, h) / h**2 for h in horizons])
    assert np.all(np.abs(np.diff(np.log(pairs), axis=0)) < 0.05)


@MODELS
def test_too_few_customers_or_repeaters_are_refused(model):
    few, _ = compress_histories([1] * 49, [5] * 49, [70] * 49)
    with pytest.raises(TooLittleData, match="49 customers are too few: the estimate needs 50"):
        fit_purchases(model, few)
    idle, _ = compress_histories([0] * 91 + [1] * 9, [0] * 91 + [5] * 9, [70] * 100)
    with pytest.raises(TooLittleData, match="9 customers with repeat purchases are too few"):
        fit_purchases(model, idle)


@MODELS
def test_data_that_do_not_determine_the_parameters_say_so_without_an_error(model):
    x = np.full(200, 3)
    histories, _ = compress_histories(x, np.full(200, 270), np.full(200, 273))
    fitted = fit_purchases(model, histories)
    assert fitted.covariance is None
    assert fitted.why
    assert np.isnan(expected_of_new_customer(fitted, [52]).low[0])
    assert np.isnan(parameter_intervals(fitted)["r"].low[0])


def test_nobody_observed_for_any_time_is_refused():
    still, _ = compress_histories([1] * 60, [0] * 60, [0] * 60)
    with pytest.raises(InputError, match="T is 0 for every customer"):
        fit_purchases(BG_NBD, still)


def test_negative_times_and_confidences_out_of_range_are_refused():
    fitted = PurchaseFit(BG_NBD, TRUTH["BG/NBD"], np.eye(4), 0.0, 100, 50, converged=True, why=None)
    with pytest.raises(InputError, match="times must be 0 or more"):
        expected_of_new_customer(fitted, [-1])
    with pytest.raises(InputError, match="confidence must lie between 0 and 1; it is 95"):
        expected_of_new_customer(fitted, [1], confidence=95)


def test_a_rate_of_leaving_after_the_first_purchase_is_all_that_divides_mbg_from_bg():
    theta = np.array([0.7, 5.0, 0.9, 3.0])
    histories = Histories(np.array([4]), np.array([20.0]), np.array([39.0]), np.array([1]))
    a, b = theta[2:]
    plus_one = np.array([0.7, 5.0, 0.9, 4.0])
    shift = betaln(a, b + 1) - betaln(a, b)
    bg = BG_NBD.score(plus_one, histories).log_likelihood[0]
    assert MBG_NBD.score(theta, histories).log_likelihood[0] == pytest.approx(bg + shift)


def test_log_likelihood_takes_parameters_by_name_in_any_order():
    histories, _ = compress_histories([2], [213], [272])
    named = dict(reversed(TRUTH["BG/NBD"].items()))
    assert log_likelihood(BG_NBD, histories, named) == pytest.approx(
        log_likelihood(BG_NBD, histories, TRUTH["BG/NBD"])
    )
