# ruff: noqa: N806  (T is the literature's letter)
import numpy as np
import pytest

from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.model import fit_purchases
from outsidein.stats.lifetime.paretonbd import PARETO_NBD
from outsidein.stats.lifetime.threshold import probability_of_fewer

HORIZON = 180 / 7


@pytest.mark.parametrize("model", [MBG_NBD, PARETO_NBD], ids=lambda model: model.name)
@pytest.mark.parametrize("needed", [1, 2, 5])
def test_as_many_fall_short_as_simulated(model, needed, simulate_dropout, simulate_pareto):
    if model is PARETO_NBD:
        people = simulate_pareto(7, 20_000, r=0.8, alpha=5.0, s=0.7, beta=8.0, future=180)
    else:
        truth = {"r": 0.8, "alpha": 5.0, "a": 0.8, "b": 2.5}
        people = simulate_dropout(7, 20_000, **truth, future=180, leaves_at_once=True)
    x, t_x, T, later = people
    histories, rows = compress_histories(x, t_x, T)
    fitted = fit_purchases(model, histories)
    fewer = probability_of_fewer(fitted, histories, rows, np.full(x.size, needed), HORIZON)
    for again in (x == 0, x == 1, x > 1):
        error = np.sqrt(0.25 / again.sum())
        assert abs(fewer[again].mean() - (later[again] < needed).mean()) < 4 * error + 0.01


def test_nothing_needed_is_reached_and_the_impossible_never(simulate_dropout):
    truth = {"r": 0.8, "alpha": 5.0, "a": 0.8, "b": 2.5}
    x, t_x, T, _ = simulate_dropout(8, 2_000, **truth, leaves_at_once=True)
    histories, rows = compress_histories(x, t_x, T)
    fitted = fit_purchases(MBG_NBD, histories)
    one, more, never, none = (
        probability_of_fewer(fitted, histories, rows, np.full(x.size, k), HORIZON)
        for k in (1.0, 3.0, np.inf, 0.0)
    )
    assert np.all(none == 0)
    assert np.all(never == 1)
    assert np.all((one > 0) & (one <= more) & (more <= 1))
    assert one == pytest.approx(MBG_NBD.inactive(fitted.vector, histories, HORIZON)[rows])
