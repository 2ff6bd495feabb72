# ruff: noqa: N806  (T is the literature's letter)
import numpy as np
import pytest
from scipy.special import hyp2f1

from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.model import expected_of_new_customer, fit_purchases

THETA = np.array([0.2426, 4.4136, 0.7929, 2.4259])


def test_cdnow_gives_the_published_estimates(cdnow):
    fitted = fit_purchases(BG_NBD, cdnow.histories)
    assert (fitted.customers, fitted.repeaters) == (2357, 946)
    assert fitted.log_likelihood == pytest.approx(-9582.43, abs=0.005)
    published = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
    assert fitted.parameters == pytest.approx(published, abs=6e-5)
    assert expected_of_new_customer(fitted, [52]).estimate[0] == pytest.approx(1.4440, abs=6e-5)


def test_the_worked_customer_of_the_paper_is_expected_to_buy_1_226_times():
    histories, _ = compress_histories([2], [213], [272])
    published = np.array([0.243, 4.414, 0.793, 2.426])
    assert BG_NBD.expected(published, histories, 39.0)[0] == pytest.approx(1.226, abs=6e-4)


@pytest.mark.parametrize("x", [0, 1, 3, 20])
@pytest.mark.parametrize("horizon", [1.0, 39.0, 200.0])
def test_expected_purchases_equal_the_published_hypergeometric_form(x, horizon):
    r, alpha, a, b = THETA
    t_x, T = (20.0 if x else 0.0), 39.0
    shrink = ((alpha + T) / (alpha + T + horizon)) ** (r + x)
    series = hyp2f1(r + x, b + x, a + b + x - 1, horizon / (alpha + T + horizon))
    odds = a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x else 0
    published = (a + b + x - 1) / (a - 1) * (1 - shrink * series) / (1 + odds)

    histories, _ = compress_histories([x], [int(7 * t_x)], [int(7 * T)])

    assert BG_NBD.expected(THETA, histories, horizon)[0] == pytest.approx(published, rel=1e-8)


def test_nothing_special_happens_where_the_published_form_divides_by_zero():
    histories, _ = compress_histories([2], [213], [272])
    below, at, above = (
        BG_NBD.expected(np.array([0.24, 4.4, a, 2.4]), histories, 39.0)[0]
        for a in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert at == pytest.approx((below + above) / 2, rel=1e-9)


def test_a_customer_without_repeat_purchases_cannot_have_left():
    histories, _ = compress_histories([0], [0], [272])
    assert BG_NBD.alive(THETA, histories).tolist() == [1.0]
