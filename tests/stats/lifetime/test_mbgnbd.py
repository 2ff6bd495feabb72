# ruff: noqa: N803  (T is the literature's letter)
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, gamma

from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.model import fit_purchases

THETA = np.array([1.5, 4.0, 1.3, 2.4])


def test_cdnow_gives_the_published_estimates(cdnow):
    """BTYDplus and lifetimes both publish .525, 6.183, .891, 1.614 for this sample."""
    fitted = fit_purchases(MBG_NBD, cdnow.histories)
    published = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    assert fitted.parameters == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize(("x", "t_x", "T"), [(0, 0, 70), (1, 21, 70), (4, 63, 70)])
def test_likelihood_and_presence_are_those_of_numeric_integration(x, t_x, T):
    r, alpha, a, b = THETA
    histories, _ = compress_histories([x], [t_x], [T])

    def over_rates(t):
        prior = gamma(r, scale=1 / alpha)
        return quad(lambda rate: prior.pdf(rate) * rate**x * np.exp(-rate * t / 7), 0, np.inf)[0]

    stay = quad(lambda p: beta.pdf(p, a, b) * (1 - p) ** (x + 1), 0, 1)[0]
    leave = quad(lambda p: beta.pdf(p, a, b) * p * (1 - p) ** x, 0, 1)[0]
    alive = stay * over_rates(T)
    either = alive + leave * over_rates(t_x)

    assert MBG_NBD.score(THETA, histories).log_likelihood[0] == pytest.approx(
        np.log(either), rel=1e-6
    )
    assert MBG_NBD.alive(THETA, histories)[0] == pytest.approx(alive / either, rel=1e-6)


def test_a_customer_without_repeat_purchases_may_have_left():
    soon, late = (MBG_NBD.alive(THETA, compress_histories([0], [0], [T])[0])[0] for T in (7, 700))
    assert soon > late > 0
