import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.gammagamma import (
    SpendFit,
    fit_spend,
    mean_spend,
    predict_spend,
    spend_frequency_correlation,
    spends_from_sums,
)
from outsidein.stats.lifetime.spend_bins import bin_spend, binning_error

TRUTH = {"p": 6.25, "q": 3.74, "gamma": 15.44}


def simulate(seed, n, p=6.25, q=3.74, gamma=15.44):
    rng = np.random.default_rng(seed)
    x = 1 + rng.poisson(rng.gamma(0.7, 3.0, n))
    nu = rng.gamma(q, 1 / gamma, n)
    return x, rng.gamma(p * x, 1 / (nu * x)), p / nu


def test_cdnow_gives_the_published_estimates(cdnow):
    again = cdnow.x > 0
    fitted = fit_spend(spends_from_sums(cdnow.x[again], cdnow.mean_spend[again]))
    assert fitted.customers == 946
    assert fitted.log_likelihood == pytest.approx(-4055.92, abs=0.005)
    assert fitted.parameters == pytest.approx(TRUTH, abs=6e-3)
    assert mean_spend(fitted).estimate[0] == pytest.approx(35.17, abs=6e-3)


def test_cdnow_gives_the_published_correlation_of_spend_and_frequency(cdnow):
    """Fader, Hardie & Lee (2005), "RFM and CLV": .11 among the repeat buyers."""
    again = cdnow.x > 0
    found = spend_frequency_correlation(spends_from_sums(cdnow.x[again], cdnow.mean_spend[again]))
    assert found.estimate == pytest.approx(0.11, abs=0.005)


def test_likelihood_is_that_of_numeric_integration_over_customers():
    x, z, _ = simulate(8, 400)
    fitted = fit_spend(spends_from_sums(x, z))
    p, q, scale = fitted.vector

    middle = np.log((p * x + q) / (scale + x * z))
    log_nu = middle + np.linspace(-5, 5, 2001)[:, None]
    nu = np.exp(log_nu)
    joint = gamma.pdf(z, p * x, scale=1 / (nu * x)) * gamma.pdf(nu, q, scale=1 / scale) * nu
    each = np.trapezoid(joint, log_nu, axis=0)
    assert fitted.log_likelihood == pytest.approx(np.log(each).sum(), rel=1e-6)


def test_expected_spend_is_the_posterior_mean_of_numeric_integration():
    p, q, scale = TRUTH.values()
    x, z = 2, 22.35
    posterior = gamma(p * x + q, scale=1 / (scale + x * z))
    mean = quad(lambda nu: p / nu * posterior.pdf(nu), 0, np.inf)[0]
    prediction = predict_spend(
        SpendFit(TRUTH, np.eye(3) / 100, 0, 946, converged=True, why=None),
        spends_from_sums([x], [z]),
    )
    assert prediction.expected[0] == pytest.approx(mean)
    assert prediction.low[0] < prediction.expected[0] < prediction.high[0]
    inside = posterior.cdf(p / prediction.customer_low[0]) - posterior.cdf(
        p / prediction.customer_high[0]
    )
    assert inside == pytest.approx(0.95)


def test_simulated_parameters_are_recovered_within_four_standard_errors():
    x, z, _ = simulate(4, 40_000)
    fitted = fit_spend(spends_from_sums(x, z))
    errors = np.sqrt(np.diag(fitted.covariance))
    assert fitted.converged
    assert np.all(np.abs(np.log(fitted.vector / list(TRUTH.values()))) < 4 * errors)
    assert np.all(errors < 0.05)


def test_a_customers_own_interval_holds_their_mean_as_often_as_it_promises():
    x, z, own = simulate(5, 20_000)
    observed = spends_from_sums(x, z)
    prediction = predict_spend(fit_spend(observed), observed)
    held = (prediction.customer_low <= own) & (own <= prediction.customer_high)
    assert held.mean() == pytest.approx(0.95, abs=0.006)


def test_the_interval_of_mean_spend_holds_as_often_as_it_promises():
    truth = 6.25 * 15.44 / 2.74
    held = 0
    for seed in range(100):
        x, z, _ = simulate(100 + seed, 800)
        bounds = mean_spend(fit_spend(spends_from_sums(x, z)))
        held += bounds.low[0] <= truth <= bounds.high[0]
    assert held >= 89


def test_binned_fit_stays_within_the_stated_error_of_the_single_fit():
    x, z, _ = simulate(6, 20_000)
    single = fit_spend(spends_from_sums(x, z))
    for width in (0.01, 0.1, 0.5):
        bins, rows = bin_spend(x, z, width=width)
        binned = fit_spend(bins.spends)
        error = binning_error(binned, bins)
        shift = np.max(np.abs(np.log(binned.vector / single.vector)))
        exact = predict_spend(binned, spends_from_sums(x, z)).expected
        coarse = predict_spend(binned, bins.spends).expected[rows]
        assert 0 < error.parameters < 2 * width**2
        assert shift < 1.3 * error.parameters
        assert np.max(np.abs(coarse / exact - 1)) < error.expected_spend


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0.01, 1e4)), min_size=30, max_size=60))
def test_bins_never_lower_the_likelihood_and_raise_it_by_no_more_than_stated(people):
    x, z = np.array(people).T
    bins, rows = bin_spend(x, z, width=0.3)
    single, binned = (_varying_part(s) for s in (spends_from_sums(x, z), bins.spends))
    at_truth = SpendFit(TRUTH, None, binned, len(people), converged=True, why=None)
    error = binning_error(at_truth, bins)
    rounding = 1e-8 * abs(single)
    assert -rounding <= binned - single <= error.log_likelihood * abs(binned) + rounding
    assert np.isnan(error.parameters)
    assert np.all(np.abs(np.log(z / bins.spends.mean_spend[rows])) <= 0.3)
    assert bins.spends.total_customers == len(people)


def test_the_bound_is_nearly_reached_where_the_likelihood_bends_most():
    x, z = [1, 1], 15.44 * np.exp([-0.1, 0.1])
    bins, _ = bin_spend(x, z, width=1.0)
    single, binned = (_varying_part(s) for s in (spends_from_sums(x, z), bins.spends))
    at_truth = SpendFit(TRUTH, None, binned, 2, converged=True, why=None)
    bound = binning_error(at_truth, bins).log_likelihood * abs(binned)
    assert 0.98 * bound < binned - single < bound


def _varying_part(observed):
    p, q, scale = TRUTH.values()
    x, z = observed.frequency, observed.mean_spend
    each = -(p * x + q) * np.log(scale + x * z) + (p * x - 1) * np.log(z)
    return float(observed.customers @ each)


def test_correlation_equals_pearsons_with_customers_counted():
    x, z, _ = simulate(7, 3000)
    found = spend_frequency_correlation(spends_from_sums(x, z))
    twice = spend_frequency_correlation(spends_from_sums(x, z, customers=np.full(3000, 2)))
    assert found.estimate == pytest.approx(np.corrcoef(x, z)[0, 1])
    assert twice.estimate == pytest.approx(found.estimate)
    assert (found.high - found.low) / (twice.high - twice.low) == pytest.approx(2**0.5, rel=1e-3)


def test_correlation_interval_holds_zero_for_independent_and_not_for_dependent_spend():
    held = 0
    for seed in range(200):
        x, _, own = simulate(300 + seed, 500)
        bounds = spend_frequency_correlation(spends_from_sums(x, own))
        held += bounds.low <= 0 <= bounds.high
    assert held >= 180
    assert spend_frequency_correlation(spends_from_sums(x, own + 10 * x)).low > 0.2


def test_correlation_interval_of_normal_values_is_fishers():
    u, v = np.random.default_rng(1).multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 40_000).T
    bounds = spend_frequency_correlation(spends_from_sums(np.round(5000 + 500 * u), 100 + 10 * v))
    width = np.arctanh(bounds.high) - np.arctanh(bounds.low)
    assert width == pytest.approx(2 * 1.96 / np.sqrt(40_000), rel=0.03)


def test_spends_that_never_vary_have_no_correlation_to_speak_of():
    same = spend_frequency_correlation(spends_from_sums([1, 2], [5.0, 5.0], customers=[50, 50]))
    assert (same.estimate, same.customers) == (0, 100)


def test_a_mean_that_is_not_finite_is_infinite_and_says_why():
    rng = np.random.default_rng(1)
    z = 1 / rng.gamma(0.5, 1.0, 3000)
    fitted = fit_spend(spends_from_sums(np.full(3000, 3), rng.gamma(15.0, 1 / 15.0, 3000) * z))
    assert mean_spend(fitted).estimate.tolist() == [np.inf]
    assert "their mean is not finite" in fitted.why


@pytest.mark.parametrize(
    ("x", "z", "message"),
    [
        ([0], [5.0], "frequency must be 1 or more"),
        ([1], [0.0], "mean_spend must be above 0; it is missing or not for 1 rows"),
        ([1], [float("nan")], "mean_spend must be above 0"),
        ([1, 1], [5.0], "must be equally long"),
    ],
)
def test_impossible_spends_are_refused(x, z, message):
    with pytest.raises(InputError, match=message):
        spends_from_sums(x, z)
    with pytest.raises(InputError, match=message):
        bin_spend(x, z)


def test_too_few_customers_and_bins_without_width_are_refused():
    with pytest.raises(TooLittleData, match="1 customers with repeat purchases are too few"):
        fit_spend(spends_from_sums([1], [5.0]))
    with pytest.raises(TooLittleData, match="1 customers"):
        spend_frequency_correlation(spends_from_sums([1], [5.0]))
    with pytest.raises(InputError, match="width must be above 0; it is 0"):
        bin_spend([1], [5.0], width=0)
