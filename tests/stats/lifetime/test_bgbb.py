from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.bgbb import (
    PARAMETERS,
    OpportunityFit,
    _score,
    expected_purchases,
    fit_opportunities,
    opportunities_used,
    still_active,
)

PUBLISHED = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}


@pytest.fixture(scope="module")
def donors():
    """The 11,104 donors of the paper, as the package `lifetimes` ships them."""
    (package,) = find_spec("lifetimes").submodule_search_locations
    path = Path(package) / "datasets" / "donations.csv"
    names = path.read_text().partition("\n")[0].strip().split(",")
    columns = dict(zip(names, np.loadtxt(path, delimiter=",", skiprows=1).T, strict=True))
    return opportunities_used(
        *(columns[name].astype(int) for name in ("frequency", "recency", "periods")),
        customers=columns["weights"].astype(int),
    )


def paper():
    return OpportunityFit(PUBLISHED, None, -33225.6, 11_104, converged=True, why=None)


def test_donors_give_the_published_estimates(donors):
    """Fader, Hardie & Shang (2010), table 3."""
    fitted = fit_opportunities(donors)
    assert fitted.customers == 11_104
    assert fitted.parameters == pytest.approx(PUBLISHED, abs=1.5e-3)
    assert fitted.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    assert (fitted.converged, fitted.why) == (True, None)


def test_donors_are_expected_to_give_as_published():
    """Fader, Hardie & Shang (2010), table 4, from the corners of the table."""
    used = opportunities_used([0, 6], [0, 6], [6, 6])
    assert expected_purchases(paper(), used, 5).estimate.round(2).tolist() == [0.07, 3.75]
    assert still_active(paper(), used).estimate.round(2).tolist() == [0.11, 0.93]


def simulate(seed, size, n, ahead=0):
    rng = np.random.default_rng(seed)
    alpha, beta, gamma, delta = PUBLISHED.values()
    p, theta = rng.beta(alpha, beta, size), rng.beta(gamma, delta, size)
    lives = rng.geometric(theta)[:, None] > np.arange(1, n + ahead + 1)
    buys = lives & (rng.random((size, n + ahead)) < p[:, None])
    past, later = buys[:, :n], buys[:, n:]
    last = np.where(past.any(axis=1), n - past[:, ::-1].argmax(axis=1), 0)
    return past.sum(axis=1), last, later.sum(axis=1), lives[:, n] if ahead else None


def test_simulated_customers_do_what_is_expected_of_them():
    x, last, later, active = simulate(1, 60_000, 5, ahead=4)
    used = opportunities_used(x, last, np.full(x.size, 5))
    fitted = fit_opportunities(used)
    expected = expected_purchases(fitted, used, 4)
    present = still_active(fitted, used)
    for row, place in enumerate(zip(used.purchases, used.last, strict=True)):
        same = (x == place[0]) & (last == place[1])
        noise = 4 / np.sqrt(same.sum())
        assert abs(later[same].mean() - expected.estimate[row]) < max(1.5, later.std()) * noise
        assert abs(active[same].mean() - present.estimate[row]) < 0.5 * noise
        assert expected.low[row] < expected.estimate[row] < expected.high[row]


def test_the_gradient_is_that_of_the_likelihood(donors):

    u = np.log([0.8, 1.3, 0.9, 2.1])
    weights = donors.customers
    slope = weights @ _score(np.exp(u), donors)[1]
    by_steps = approx_fprime(u, lambda v: weights @ _score(np.exp(v), donors)[0], 1e-6)
    assert slope == pytest.approx(by_steps, rel=1e-3)


def test_intervals_hold_as_often_as_they_promise():
    rounds, held = 60, dict.fromkeys(PARAMETERS, 0)
    for seed in range(rounds):
        x, last, *_ = simulate(100 + seed, 1_500, 6)
        fitted = fit_opportunities(opportunities_used(x, last, np.full(x.size, 6)))
        half = 1.96 * np.sqrt(np.diag(fitted.covariance))
        off = np.abs(np.log(fitted.vector) - np.log(list(PUBLISHED.values())))
        for name, inside in zip(PARAMETERS, off < half, strict=True):
            held[name] += inside
    slack = 3 * np.sqrt(0.95 * 0.05 / rounds)
    assert all(count / rounds > 0.95 - slack for count in held.values()), held


def test_records_that_contradict_themselves_are_refused():
    with pytest.raises(InputError, match="may not exceed"):
        opportunities_used([3], [2], [6])
    with pytest.raises(InputError, match="only there"):
        opportunities_used([0], [2], [6])
    with pytest.raises(InputError, match="equally long"):
        opportunities_used([0, 1], [0], [6])
    with pytest.raises(InputError, match="horizon must be 1 or more"):
        expected_purchases(paper(), opportunities_used([0], [0], [6]), 0)
    with pytest.raises(TooLittleData):
        fit_opportunities(opportunities_used([0] * 40, [0] * 40, [6] * 40))
    with pytest.raises(TooLittleData):
        fit_opportunities(opportunities_used([0] * 60, [0] * 60, [6] * 60))
