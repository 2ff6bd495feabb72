import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.shifted_beta_geometric import (
    ContractFit,
    fit_contracts,
    remaining_periods,
    retention,
    survival,
    tenures,
    tenures_of_cohort,
)

REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


def known(alpha=0.7, beta=2.5, covariance=None):
    return ContractFit(
        {"alpha": alpha, "beta": beta}, covariance, 0.0, 1000, converged=True, why=None
    )


@pytest.mark.parametrize(
    ("active", "alpha", "beta", "log_likelihood", "twelve"),
    [(REGULAR, 0.704, 1.182, -1680.3, 0.170), (HIGH_END, 0.668, 3.806, -1611.2, 0.378)],
    ids=["regular", "high-end"],
)
def test_the_papers_cohorts_give_its_estimates(active, alpha, beta, log_likelihood, twelve):
    fitted = fit_contracts(tenures_of_cohort(active))
    assert fitted.parameters == pytest.approx({"alpha": alpha, "beta": beta}, abs=6e-4)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, abs=0.06)
    assert survival(fitted, [12]).estimate[0] == pytest.approx(twelve, abs=6e-4)
    assert (fitted.converged, fitted.why, fitted.customers) == (True, None, 1000)


@pytest.mark.parametrize(("active", "observed"), [(REGULAR, 0.173), (HIGH_END, 0.394)])
def test_the_interval_reaches_the_survival_seen_five_years_after_the_fit(active, observed):
    bounds = survival(fit_contracts(tenures_of_cohort(active)), [12])
    assert bounds.low[0] < observed < bounds.high[0]


@pytest.mark.parametrize("t", [1, 3, 10])
def test_survival_is_that_of_numeric_integration_over_customers(t):
    kept = quad(lambda p: (1 - p) ** t * beta_distribution.pdf(p, 1.7, 2.5), 0, 1)[0]
    assert survival(known(1.7), [t]).estimate[0] == pytest.approx(kept)


@given(st.floats(0.05, 50), st.floats(0.05, 50))
def test_survival_is_the_product_of_the_retentions(alpha, beta):
    t = np.arange(1, 30)
    fitted = known(alpha, beta)
    product = np.cumprod(retention(fitted, t).estimate)
    assert survival(fitted, t).estimate == pytest.approx(product, rel=1e-9)


@given(st.floats(0.05, 50), st.floats(0.05, 50), st.integers(0, 40), st.integers(1, 30))
def test_remaining_periods_are_the_survivals_ahead_summed(alpha, beta, survived, horizon):
    fitted = known(alpha, beta)
    ahead = survival(fitted, survived + np.arange(1, horizon + 1)).estimate
    now = survival(fitted, [survived]).estimate[0]
    worth = 1.1 ** -np.arange(1, horizon + 1)
    plain = remaining_periods(fitted, [survived], horizon=horizon).estimate[0]
    discounted = remaining_periods(fitted, [survived], horizon=horizon, discount=0.1).estimate[0]
    assert plain == pytest.approx(ahead.sum() / now, rel=1e-8)
    assert discounted == pytest.approx(ahead @ worth / now, rel=1e-8)


def test_bounds_hold_their_estimates_and_stay_in_range():
    fitted = fit_contracts(tenures_of_cohort(REGULAR))
    for bounds, top in (
        (survival(fitted, [1, 5, 12]), 1),
        (retention(fitted, [1, 5, 12]), 1),
        (remaining_periods(fitted, [0, 5, 12], horizon=10), 10),
    ):
        assert np.all((bounds.low > 0) & (bounds.low < bounds.estimate))
        assert np.all((bounds.estimate < bounds.high) & (bounds.high < top))
    assert survival(fitted, [0]).low.tolist() == [1.0]


def test_a_cohort_of_single_customers_counts_like_its_table():
    periods = np.repeat([1, 2, 3, 3], [369, 163, 86, 382])
    ended = np.repeat([True, True, True, False], [369, 163, 86, 382])
    order = np.random.default_rng(1).permutation(1000)
    single = fit_contracts(tenures(periods[order], ended[order]))
    cohort = fit_contracts(tenures_of_cohort(REGULAR[:4]))
    assert single.parameters == pytest.approx(cohort.parameters, rel=1e-9)


def _simulate(seed, n, alpha=0.7, beta=2.5):
    rng = np.random.default_rng(seed)
    ends = rng.geometric(np.maximum(rng.beta(alpha, beta, n), 1e-12))
    seen = rng.integers(0, 13, n)
    return tenures(np.minimum(ends, seen), ends <= seen)


def test_mixed_tenures_give_back_simulated_parameters_within_four_standard_errors():
    fitted = fit_contracts(_simulate(2, 100_000))
    errors = np.sqrt(np.diag(fitted.covariance))
    assert np.all(np.abs(np.log(fitted.vector / [0.7, 2.5])) < 4 * errors)
    assert np.all(errors < 0.05)


def test_contracts_that_ended_before_the_file_began_do_not_make_customers_seem_loyal():
    """Half the contracts are seen from a renewal of theirs on, and only if they came to it."""
    rng = np.random.default_rng(4)
    ends = rng.geometric(np.maximum(rng.beta(0.7, 2.5, 60_000), 1e-12))
    entered = rng.integers(0, 8, len(ends)) * rng.integers(0, 2, len(ends))
    seen, ended = entered + rng.integers(1, 8, len(ends)), ends
    kept = ends > entered
    faced, gone = np.minimum(ended, seen)[kept], (ended <= seen)[kept]
    late = fit_contracts(tenures(faced, gone, entered=entered[kept]))
    errors = np.sqrt(np.diag(late.covariance))
    assert np.all(np.abs(np.log(late.vector / [0.7, 2.5])) < 4 * errors)
    naive = fit_contracts(tenures(faced, gone))
    assert survival(naive, [6]).low[0] > survival(known(), [6]).estimate[0]


def test_intervals_hold_as_often_as_they_promise():
    truth = known()
    target = (survival(truth, [12]), remaining_periods(truth, [3], horizon=10))
    held = np.zeros(2)
    for seed in range(150):
        fitted = fit_contracts(_simulate(500 + seed, 1000))
        found = (survival(fitted, [12]), remaining_periods(fitted, [3], horizon=10))
        held += [f.low[0] <= t.estimate[0] <= f.high[0] for f, t in zip(found, target, strict=True)]
    assert np.all(held / 150 > 0.9)


def test_customers_who_are_all_alike_say_that_alpha_and_beta_are_not_determined():
    fitted = fit_contracts(tenures_of_cohort([1_000_000, 500_000, 250_000, 125_000]))
    assert fitted.covariance is None
    assert "alpha" in fitted.why
    assert retention(fitted, [1]).estimate[0] == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tenures([0], [True]), "periods must be 1 or more where a customer churned"),
        (lambda: tenures([-1], [False]), "periods and customers must be 0 or more"),
        (lambda: tenures([1, 2], [True]), "must be equally long"),
        (lambda: tenures([2], [True], entered=[2]), "no more than the renewals made"),
        (lambda: tenures_of_cohort([5]), "two or more numbers"),
        (lambda: tenures_of_cohort([5, 6]), "none above the one before"),
        (lambda: survival(known(), [-1]), "periods must be 0 or more"),
        (lambda: retention(known(), [0]), "the first renewal is number 1"),
        (lambda: remaining_periods(known(), [0], horizon=0), "horizon must be 1 or more"),
    ],
)
def test_impossible_tenures_and_periods_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_too_few_customers_or_endings_are_refused():
    with pytest.raises(TooLittleData, match="49 customers are too few: the estimate needs 50"):
        fit_contracts(tenures_of_cohort([49, 20]))
    with pytest.raises(TooLittleData, match="9 customers who churned are too few"):
        fit_contracts(tenures_of_cohort([100, 91]))
