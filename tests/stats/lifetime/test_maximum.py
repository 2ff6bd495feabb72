import numpy as np
import pytest

from outsidein.stats.lifetime.maximum import maximise


def bowl(*curvatures):
    curvatures = np.array(curvatures)
    return lambda u: (float(-(curvatures @ (u - 1) ** 2) / 2), -curvatures * (u - 1))


def test_covariance_is_the_inverse_of_the_curvature():
    best = maximise(bowl(4, 25), [[1, 1]], units=[1, 1], names=["a", "b"], customers=1)
    assert best.parameters == pytest.approx(np.exp([1, 1]))
    assert best.covariance == pytest.approx(np.diag([1 / 4, 1 / 25]), abs=1e-6)
    assert (best.converged, best.why) == (True, None)


def test_a_parameter_known_only_within_factors_of_hundreds_is_named():
    best = maximise(bowl(4, 0.1), [[1, 1]], units=[1, 1], names=["a", "b"], customers=1)
    assert best.covariance is None
    assert best.why == "The data hardly determine b."


def test_a_likelihood_that_rises_for_ever_names_the_parameter_that_runs_away():
    def slope(u):
        return float(u[0]), np.ones(1)

    best = maximise(slope, [[1.0], [2.0]], units=[1.0], names=["a"], customers=1)
    assert best.covariance is None
    assert best.why == "The likelihood still rises towards the bounds of a."
    assert not best.converged


def test_another_start_is_tried_where_the_likeliest_runs_to_the_bounds():
    def hill_beside_a_slope(u):
        hill = 10 * np.exp(-((u - 1) ** 2) / 8)
        return float(hill[0] - 0.5 * u[0]), -(u - 1) / 4 * hill - 0.5

    starts = np.exp([[-8.0], [4.5]])
    assert hill_beside_a_slope(np.log(starts[0]))[0] > hill_beside_a_slope(np.log(starts[1]))[0]
    best = maximise(hill_beside_a_slope, starts, units=[1.0], names=["a"], customers=1)
    assert np.log(best.parameters[0]) == pytest.approx(0.8, abs=0.03)
