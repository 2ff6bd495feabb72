import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from outsidein.errors import TooLittleData
from outsidein.stats.factors.classes import FactorClass
from outsidein.stats.factors.contrast import contrast, factor_verdicts
from outsidein.stats.factors.ordered import ordered_effects
from outsidein.stats.factors.ratings import USUAL, Ratings, rating_moments
from tests.stats.factors.worlds import LEVELS, ratings


@pytest.fixture
def rng():
    return np.random.default_rng(44)


def rated(rng, n, penalties, rewards, *, ease=0.0):
    """Ratings of 1 to 5 by the proportional odds model, most of them high where `ease` is."""
    scores = LEVELS[rng.integers(0, 5, (n, len(penalties)))]
    push = (scores <= 0.25) @ np.asarray(penalties) + (scores >= 0.9) @ np.asarray(rewards)
    latent = push + ease + rng.logistic(size=n)
    return ratings(scores, LEVELS[np.digitize(latent, [-3.0, -1.5, 0.0, 1.5])])


def effects(found, rng, p):
    return ordered_effects(found, np.ones(p, dtype=bool), cuts=USUAL, rng=rng)


def test_effects_and_errors_are_those_of_statsmodels(rng):
    found = rated(rng, 1_500, [-1.0, -0.3], [0.2, 0.8])
    columns = np.hstack([found.scores <= 0.25, found.scores >= 0.9]).astype(float)
    model = OrderedModel((found.overall * 4).astype(int), columns, distr="logit")
    expected = model.fit(method="bfgs", disp=False, maxiter=300)
    own = effects(found, rng, 2)
    point = [e.penalty for e in own] + [e.reward for e in own]
    errors = [e.penalty_error for e in own] + [e.reward_error for e in own]
    assert point == pytest.approx(expected.params[:4], abs=1e-3)
    assert errors == pytest.approx(expected.bse[:4], rel=0.06)


def test_where_most_give_the_best_rating_it_says_what_least_squares_hides(rng):
    """Low and high answers move the odds alike; at the end of the scale only falling shows."""
    found = rated(rng, 20_000, [-1.0], [1.0], ease=3.5)
    moments = rating_moments(found)
    [linear] = factor_verdicts(moments, contrast(moments, rng=rng))
    [ordered] = effects(found, rng, 1)
    assert linear.kind is FactorClass.HYGIENE
    assert ordered.kind is FactorClass.PERFORMANCE
    assert ordered.probability > 0.8


def test_weights_count_as_rows_and_repeated_customers_do_not_narrow_errors(rng):
    found = rated(rng, 600, [-1.0], [0.5])
    twice = found.of(np.repeat(np.arange(600), 2))
    weighted = Ratings(
        found.factors, found.scores, found.overall, found.customer, np.full(600, 2.0),
        found.is_rated,
    )  # fmt: skip
    [one], [two], [heavy] = (effects(each, rng, 1) for each in (found, twice, weighted))
    for other in (two, heavy):
        assert other.penalty == pytest.approx(one.penalty, abs=1e-4)
        assert other.penalty_error == pytest.approx(one.penalty_error, rel=1e-3)


def test_two_levels_have_no_order(rng):
    with pytest.raises(TooLittleData):
        effects(ratings(np.zeros((9, 1)), np.array([0.0, 1.0] * 4 + [1.0])), rng, 1)
