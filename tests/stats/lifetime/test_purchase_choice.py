# ruff: noqa: N803  (T is the literature's letter)
import numpy as np
import pytest

from outsidein.errors import InputError
from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.choice import SAME_RATE, choose_models
from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.paretonbd import PARETO_NBD

MODELS = [BG_NBD, MBG_NBD, PARETO_NBD]


def held_out(x, t_x, T, later):
    histories, rows = compress_histories(x, t_x, T)
    size = histories.frequency.size
    return histories, np.bincount(rows, later, size), np.bincount(rows, np.asarray(later) > 0, size)


def test_each_model_beats_the_same_rate_on_cdnow_and_says_by_how_much(cdnow):
    calibration, *later = held_out(cdnow.x, cdnow.t_x, cdnow.T, cdnow.held_out)
    choice = choose_models(MODELS, calibration, *later, horizon=39.0)
    assert choice.ranking[-1].name == SAME_RATE
    assert {c.name for c in choice.chosen} <= {c.name for c in choice.ranking[:-1]}
    assert choice.total == cdnow.held_out.sum()
    assert choice.customers.tolist()[:2] == [1411, 439]
    assert choice.buyers == pytest.approx((cdnow.held_out > 0).mean())
    assert choice.chosen[0].name in choice.why
    assert f"{choice.chosen[0].error:.3f}" in choice.why


def test_errors_are_those_of_the_groups_recomputed_customer_by_customer(cdnow):
    calibration, *later = held_out(cdnow.x, cdnow.t_x, cdnow.T, cdnow.held_out)
    choice = choose_models([BG_NBD], calibration, *later, horizon=39.0)
    naive = cdnow.x / (cdnow.T / 7) * 39
    group = np.minimum(cdnow.x, 7)
    misses = [(cdnow.held_out - naive)[group == g].sum() for g in range(8)]
    same_rate = choice.ranking[1]
    assert same_rate.error == pytest.approx(np.abs(misses).sum() / 2357)
    assert same_rate.total == pytest.approx(naive.sum())
    total = cdnow.held_out.sum()
    assert same_rate.total_error == pytest.approx((naive.sum() - total) / total)
    assert choice.observed == pytest.approx([cdnow.held_out[group == g].mean() for g in range(8)])


def test_the_total_never_errs_more_than_the_groups_do(cdnow):
    calibration, *later = held_out(cdnow.x, cdnow.t_x, cdnow.T, cdnow.held_out)
    for candidate in choose_models(MODELS, calibration, *later, horizon=39.0).ranking:
        assert abs(candidate.total - later[0].sum()) / 2357 <= candidate.error + 1e-12


def test_the_model_that_made_the_customers_wins(simulate_dropout):
    truth = {"r": 2.0, "alpha": 4.0, "a": 0.8, "b": 1.2}
    people = simulate_dropout(1, 60_000, **truth, future=273, leaves_at_once=True)
    calibration, *later = held_out(*people)
    choice = choose_models(MODELS, calibration, *later, horizon=39.0)
    assert choice.chosen[0].name == "MBG/NBD"


def test_errors_of_who_buys_again_are_recomputed_customer_by_customer(cdnow):
    calibration, *later = held_out(cdnow.x, cdnow.t_x, cdnow.T, cdnow.held_out)
    same_rate = choose_models([BG_NBD], calibration, *later, horizon=39.0).ranking[1]
    buys = 1 - np.exp(-cdnow.x / (cdnow.T / 7) * 39)
    group = np.minimum(cdnow.x, 7)
    misses = [((cdnow.held_out > 0) - buys)[group == g].sum() for g in range(8)]
    assert same_rate.presence_error == pytest.approx(np.abs(misses).sum() / 2357)
    assert same_rate.buyers == pytest.approx(buys.mean())


def test_models_that_a_hold_out_cannot_tell_apart_are_averaged(simulate_pareto):
    people = simulate_pareto(1, 1_000, r=0.8, alpha=5.0, s=0.7, beta=8.0, future=180)
    calibration, *later = held_out(*people)
    choice = choose_models([MBG_NBD, PARETO_NBD], calibration, *later, horizon=180 / 7)
    assert {c.name for c in choice.chosen} == {"MBG/NBD", "Pareto/NBD"}
    assert "are averaged" in choice.why


def test_a_model_of_the_wrong_presence_is_not_chosen_for_its_orders_alone(simulate_dropout):
    truth = {"r": 2.0, "alpha": 4.0, "a": 0.8, "b": 1.2}
    people = simulate_dropout(2, 20_000, **truth, future=273, leaves_at_once=True)
    calibration, *later = held_out(*people)
    choice = choose_models(MODELS, calibration, *later, horizon=39.0)
    assert "BG/NBD" not in {c.name for c in choice.chosen}


def test_where_the_same_rate_really_continues_no_model_is_chosen():
    rng = np.random.default_rng(1)
    x = np.repeat([0, 1, 2, 3, 4, 5, 6], 100)
    t_x = np.where(x > 0, rng.integers(1, 60, x.size), 0)
    calibration, *later = held_out(x, t_x, np.full(x.size, 273), x)
    choice = choose_models(MODELS, calibration, *later, horizon=39.0)
    assert choice.chosen == ()
    assert choice.ranking[0].error == pytest.approx(0, abs=1e-12)
    assert choice.why == f"No model beats '{SAME_RATE}' (error 0.000 purchases per customer)."


def test_a_hold_out_without_purchases_has_no_relative_error():
    x, t_x = np.repeat([0, 1, 2], 100), np.repeat([0, 50, 90], 100)
    calibration, *later = held_out(x, t_x, np.full(300, 273), np.zeros(300))
    choice = choose_models([BG_NBD], calibration, *later, horizon=10.0)
    assert all(np.isnan(candidate.total_error) for candidate in choice.ranking)


def test_purchases_and_horizons_that_do_not_fit_are_refused():
    calibration, _ = compress_histories([0] * 90 + [1] * 10, [0] * 90 + [7] * 10, [70] * 100)
    with pytest.raises(InputError, match="one sum for each row"):
        choose_models([BG_NBD], calibration, [1], [1], horizon=1.0)
    with pytest.raises(InputError, match="none missing"):
        choose_models([BG_NBD], calibration, [1, float("nan")], [1, 1], horizon=1.0)
    with pytest.raises(InputError, match="horizon must be above 0; it is 0"):
        choose_models([BG_NBD], calibration, [1, 1], [1, 1], horizon=0.0)
