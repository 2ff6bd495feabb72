# ruff: noqa: N806  (T is the literature's letter)
import numpy as np
import pytest

from outsidein.errors import UnknownName
from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.model import fit_purchases, log_likelihood, parameter_intervals
from outsidein.stats.lifetime.profile import profile_interval

TRUTH = {"r": 0.6, "alpha": 4.0, "a": 0.8, "b": 2.5}


def test_of_many_customers_it_is_the_interval_of_the_curvature(cdnow):
    fitted = fit_purchases(BG_NBD, cdnow.histories)
    wald = parameter_intervals(fitted)
    for name in ("r", "alpha"):
        profile = profile_interval(fitted, cdnow.histories, name)
        assert profile.low[0] == pytest.approx(wald[name].low[0], rel=0.03)
        assert profile.high[0] == pytest.approx(wald[name].high[0], rel=0.03)


def test_at_its_bounds_the_likelihood_has_fallen_by_half_a_quantile(cdnow):
    fitted = fit_purchases(BG_NBD, cdnow.histories)
    r = profile_interval(fitted, cdnow.histories, "r")
    at_bound = fitted.parameters | {"r": r.high[0]}
    fall = fitted.log_likelihood - cdnow.histories.customers @ log_likelihood(
        BG_NBD, cdnow.histories, at_bound
    )
    assert fall > 1.92 - 0.01  # the other parameters did not yet follow


def test_where_the_data_do_not_determine_a_parameter_one_bound_is_open():
    rng = np.random.default_rng(4)
    T = np.full(150, 250)
    x = rng.poisson(rng.gamma(4.0, 0.05, 150) * T)  # nobody leaves
    t_x = np.where(x > 0, np.floor(T * rng.beta(np.maximum(x, 1), 1)), 0).astype(int)
    histories, _ = compress_histories(x, t_x, T)
    fitted = fit_purchases(MBG_NBD, histories)
    assert fitted.covariance is None
    r = profile_interval(fitted, histories, "r")
    assert 1 < r.low[0] < 4 < r.high[0] < 20
    assert profile_interval(fitted, histories, "b").high[0] == np.inf


@pytest.mark.parametrize("rounds", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_it_holds_b_of_few_customers_as_often_as_it_promises(simulate_dropout, rounds):
    covered = 0
    for seed in range(rounds):
        x, t_x, T, _ = simulate_dropout(5_000 + seed, 500, **TRUTH, leaves_at_once=True)
        histories, _ = compress_histories(x, t_x, T)
        b = profile_interval(fit_purchases(MBG_NBD, histories), histories, "b")
        covered += b.low[0] <= TRUTH["b"] <= b.high[0]
    assert covered / rounds > 0.95 - 3 * np.sqrt(0.95 * 0.05 / rounds)


def test_a_parameter_that_the_model_has_not_is_refused(cdnow):
    fitted = fit_purchases(BG_NBD, cdnow.histories)
    with pytest.raises(UnknownName, match="beta"):
        profile_interval(fitted, cdnow.histories, "beta")
