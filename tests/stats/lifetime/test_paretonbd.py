# ruff: noqa: N803  (T is the literature's letter)
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.model import fit_purchases
from outsidein.stats.lifetime.paretonbd import PARETO_NBD

PUBLISHED = np.array([0.553, 10.578, 0.606, 11.669])


def test_cdnow_gives_the_published_estimates(cdnow):
    fitted = fit_purchases(PARETO_NBD, cdnow.histories)
    assert fitted.log_likelihood == pytest.approx(-9594.98, abs=0.005)
    published = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    assert fitted.parameters == pytest.approx(published, abs=1e-3)


@pytest.mark.parametrize("theta", [PUBLISHED, np.array([2.0, 3.0, 1.5, 40.0])])
@pytest.mark.parametrize(
    ("x", "t_x", "T"), [(0, 0, 273), (1, 7, 273), (2, 213, 272), (26, 200, 273), (5, 273, 273)]
)
def test_likelihood_equals_the_published_hypergeometric_form(theta, x, t_x, T):
    r, alpha, s, beta = theta
    n, low, high = r + s + x, min(alpha, beta), max(alpha, beta)
    second = s + 1 if alpha >= beta else r + x

    def part(t):
        return hyp2f1(n, second, n + 1, (high - low) / (high + t / 7)) / (high + t / 7) ** n

    stayed = 1 / ((alpha + T / 7) ** (r + x) * (beta + T / 7) ** s)
    constant = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    published = constant + np.log(stayed + s / n * (part(t_x) - part(T)))

    histories, _ = compress_histories([x], [t_x], [T])

    assert PARETO_NBD.score(theta, histories).log_likelihood[0] == pytest.approx(
        published, rel=1e-9
    )


@pytest.mark.parametrize(("x", "t_x", "T"), [(0, 0, 3000), (900, 100, 3000), (900, 2999, 3000)])
@pytest.mark.parametrize("theta", [PUBLISHED, np.array([0.02, 0.05, 0.03, 200.0])])
def test_presence_holds_for_extreme_histories_by_adaptive_integration(theta, x, t_x, T):
    r, alpha, s, beta = theta
    k, t, end = r + x, t_x / 7, T / 7

    def relative(tau):
        fall = k * np.log((alpha + end) / (alpha + tau)) + s * np.log((beta + end) / (beta + tau))
        return s / (beta + tau) * np.exp(min(fall, 600))

    near = t + (alpha + t) / k
    cuts = sorted({t, min(t + 1e-3, end), min(near, end), min(t + 30 / k * (alpha + t), end), end})
    odds = sum(quad(relative, *piece, limit=200)[0] for piece in pairwise(cuts))

    alive = PARETO_NBD.alive(theta, compress_histories([x], [t_x], [T])[0])[0]

    assert alive == pytest.approx(1 / (1 + odds), rel=1e-6, abs=1e-12)


def test_nothing_special_happens_where_the_published_mean_divides_by_zero():
    histories, _ = compress_histories([2], [213], [272])
    below, at, above = (
        PARETO_NBD.expected(np.array([0.55, 10.6, s, 11.7]), histories, 39.0)[0]
        for s in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert at == pytest.approx((below + above) / 2, rel=1e-9)
