import numpy as np
import pytest

from outsidein.stats.factors.classes import FactorClass
from outsidein.stats.factors.contrast import contrast, factor_verdicts
from outsidein.stats.factors.misclassification import UNMEASURED, CoderErrors, with_coder_errors
from outsidein.stats.factors.ratings import rating_moments
from tests.stats.factors.worlds import ratings

PENALTY = -0.4


@pytest.fixture
def rng():
    return np.random.default_rng(31)


def coded(rng, *, precision, false_effect, n=4_000):
    """A factor that texts mention now and then, some of them only by the coder's error."""
    mentioned = rng.random(n) < 0.2
    is_true = mentioned & (rng.random(n) < precision)
    low = rng.random(n) < 0.6
    effect = np.where(is_true, PENALTY, false_effect)
    overall = 0.7 + np.where(mentioned & low, effect, 0.0) + rng.normal(0, 0.15, n)
    scores = np.where(mentioned, np.where(low, 0.0, 1.0), np.nan)
    return ratings(scores[:, None], overall, is_rated=np.array([False]))


def verdict(rng, errors, **more):
    moments = rating_moments(coded(rng, **more))
    effects = contrast(moments, rng=rng)
    return factor_verdicts(moments, with_coder_errors(effects, moments, errors, rng=rng))[0]


@pytest.mark.parametrize("false_effect", [PENALTY / 4, PENALTY, 1.5 * PENALTY])
def test_the_interval_holds_the_effect_of_true_mentions(rng, false_effect):
    errors = {"a": CoderErrors(right=170, coded=200, named=180)}
    found = verdict(rng, errors, precision=0.85, false_effect=false_effect)
    assert found.penalty.low < PENALTY < found.penalty.high
    assert found.penalty.high < 0
    assert found.kind in (FactorClass.HYGIENE, FactorClass.DESTROYER)


@pytest.mark.parametrize("errors", [CoderErrors(right=85, coded=636, named=154), UNMEASURED])
def test_a_coder_that_is_mostly_wrong_or_was_never_measured_gives_no_class(rng, errors):
    found = verdict(rng, {"a": errors}, precision=0.13, false_effect=PENALTY / 2)
    assert found.kind is FactorClass.UNCLEAR
    assert found.penalty.high > 0


def test_factors_that_were_not_coded_keep_their_intervals(rng):
    moments = rating_moments(coded(rng, precision=0.85, false_effect=0.0))
    effects = contrast(moments, rng=rng)
    same = with_coder_errors(effects, moments, {}, rng=rng)
    assert np.array_equal(same.penalties, effects.penalties)
    assert np.array_equal(same.penalty_errors, effects.penalty_errors)
