# ruff: noqa: N806  (T is the literature's letter)
import numpy as np
import pytest

from outsidein.errors import InputError
from outsidein.stats.lifetime.average import (
    FLOOR,
    ModelAverage,
    average_expected,
    average_of,
    average_probability,
    average_total,
    misfit_on_hold_out,
    predict_average,
)
from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.model import fit_purchases
from outsidein.stats.lifetime.paretonbd import PARETO_NBD
from outsidein.stats.lifetime.predict import predict_purchases, total_expected

MODELS = (MBG_NBD, PARETO_NBD)


@pytest.fixture(scope="module")
def histories(cdnow):
    return cdnow.histories


@pytest.fixture(scope="module")
def fits(histories):
    return tuple(fit_purchases(model, histories) for model in MODELS)


def test_an_average_of_one_model_is_that_model(fits, histories):
    one = predict_average(ModelAverage(fits[:1]), histories, 39.0)
    alone = predict_purchases(fits[0], histories, 39.0)
    for column in ("expected", "low", "high", "alive", "alive_low", "alive_high"):
        assert getattr(one, column) == pytest.approx(getattr(alone, column))
    total = average_total(ModelAverage(fits[:1]), histories, 39.0)
    assert total == pytest.approx(total_expected(fits[0], histories, 39.0), rel=1e-6)


def test_an_average_lies_between_its_models_and_its_interval_holds_both(fits, histories):
    both = predict_average(ModelAverage(fits), histories, 39.0)
    each = [predict_purchases(fitted, histories, 39.0) for fitted in fits]
    middle = (each[0].alive + each[1].alive) / 2
    assert both.alive == pytest.approx(middle)
    assert average_expected(ModelAverage(fits), histories, 39.0) == pytest.approx(both.expected)
    apart = np.abs(each[0].alive - each[1].alive) > 0.02
    widest = np.maximum(*(e.alive_high - e.alive_low for e in each))
    assert np.mean((both.alive_high - both.alive_low > widest)[apart]) > 0.5


def test_the_misfit_widens_what_is_expected(fits, histories):
    narrow, wide = (
        average_total(ModelAverage(fits, misfit), histories, 39.0) for misfit in (0.0, 0.1)
    )
    assert np.log(wide.mean_high / wide.mean_low) / 2 > 1.95 * 0.1
    assert wide.low < narrow.low < narrow.expected == wide.expected < narrow.high < wide.high


def test_a_hold_out_as_expected_leaves_the_floor_and_another_adds_to_it(fits, histories):
    average = ModelAverage(fits)
    expected = average_total(average, histories, 39.0).expected
    assert misfit_on_hold_out(average, histories, expected, 39.0) == FLOOR
    assert misfit_on_hold_out(average, histories, 0.0, 39.0) == FLOOR
    total = average_total(average, histories, 39.0)
    chance = np.log(total.high / total.low) / 2 / 1.96
    off = misfit_on_hold_out(average, histories, expected / np.exp(0.3), 39.0)
    assert off == pytest.approx(np.sqrt(FLOOR**2 + (0.3**2 - chance**2) / 2), rel=1e-3)


def test_a_probability_of_nothing_or_all_stays_what_it_is(fits):
    sure = average_probability(lambda _, __: np.array([0.0, 1.0]), ModelAverage(fits))
    assert [bound.tolist() for bound in sure] == [[0.0, 1.0]] * 3
    never = average_of(lambda _, __: np.array([0.0]), ModelAverage(fits))
    assert [bound.tolist() for bound in never] == [[0.0]] * 3


def test_further_variance_of_a_share_is_that_of_a_binomial(fits):
    share = average_probability(
        lambda _, __: np.array([0.3]), ModelAverage(fits), variance=np.array([0.21 / 1000])
    )
    assert share.high[0] - share.low[0] == pytest.approx(2 * 1.96 * np.sqrt(0.21 / 1000), rel=0.01)


def test_an_average_of_nothing_is_refused():
    with pytest.raises(InputError, match="one fitted model or more"):
        ModelAverage(())


@pytest.mark.parametrize("model", [BG_NBD, *MODELS], ids=lambda model: model.name)
def test_who_does_not_buy_is_as_many_as_simulated(model, simulate_dropout, simulate_pareto):
    if model is PARETO_NBD:
        people = simulate_pareto(5, 20_000, r=0.8, alpha=5.0, s=0.7, beta=8.0, future=180)
    else:
        people = simulate_dropout(
            5, 20_000, r=0.8, alpha=5.0, a=0.8, b=2.5, future=180, leaves_at_once=model is MBG_NBD
        )
    x, t_x, T, later = people
    histories, rows = compress_histories(x, t_x, T)
    fitted = fit_purchases(model, histories)
    inactive = model.inactive(fitted.vector, histories, 180 / 7)[rows]
    for again in (x == 0, x == 1, x > 1):
        error = np.sqrt(0.25 / again.sum())
        assert abs(inactive[again].mean() - (later[again] == 0).mean()) < 4 * error


def test_where_the_data_determine_no_parameters_there_is_still_an_interval():
    rng = np.random.default_rng(4)
    T = np.full(150, 250)
    x = rng.poisson(rng.gamma(4.0, 0.05, 150) * T)  # nobody leaves: dropout is not determined
    t_x = np.where(x > 0, np.floor(T * rng.beta(np.maximum(x, 1), 1)), 0).astype(int)
    histories, _ = compress_histories(x, t_x, T)
    fits = tuple(fit_purchases(model, histories) for model in MODELS)
    assert any(fitted.covariance is None for fitted in fits)
    total = average_total(ModelAverage(fits), histories, 52.0)
    assert 0 < total.mean_low < total.expected < total.mean_high < 2 * total.expected
