import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi
from lifelines.utils import concordance_index
from scipy.optimize import approx_fprime

from outsidein.errors import TooLittleData
from outsidein.stats.cox import concordance, cox

NAMES = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture(scope="module")
def rossi():
    return load_rossi()


@pytest.fixture(scope="module")
def model(rossi):
    return cox(rossi["week"], rossi["arrest"], rossi[NAMES], names=NAMES)


def test_the_rossi_study_has_its_published_coefficients_and_fit(model):
    published = [-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915]
    assert [r.coefficient for r in model.hazard_ratios] == pytest.approx(published, abs=5e-5)
    assert model.log_likelihood == pytest.approx(-658.75, abs=5e-3)
    assert model.concordance == pytest.approx(0.640, abs=5e-4)
    assert (model.n, model.churned) == (432, 114)


def test_errors_intervals_and_p_values_are_those_of_lifelines(rossi, model):
    theirs = CoxPHFitter().fit(rossi, "week", "arrest").summary
    ours = np.array([ratio[1:] for ratio in model.hazard_ratios]).T
    columns = ["coef", "se(coef)", "exp(coef)", "exp(coef) lower 95%", "exp(coef) upper 95%", "p"]
    assert ours == pytest.approx(theirs.loc[NAMES, columns].to_numpy().T, rel=1e-4)
    assert model.null_log_likelihood == pytest.approx(-675.3806, abs=1e-3)


def sample(rng, n):
    x = np.column_stack([rng.integers(0, 3, n), rng.integers(0, 2, n)])
    duration = 1 + rng.geometric(0.1 * np.exp(0.4 * x[:, 0] - 0.5 * x[:, 1]))
    seen = rng.integers(2, 14, n)
    return np.minimum(duration, seen), duration <= seen, x


def naive_log_likelihood(coefficient, duration, gone, x):
    hazard, total = np.exp(x @ coefficient), 0.0
    for t in np.unique(duration[gone]):
        now = gone & (duration == t)
        r, d, m = hazard[duration >= t].sum(), hazard[now].sum(), now.sum()
        total += (x[now] @ coefficient).sum() - sum(np.log(r - k / m * d) for k in range(m))
    return total


def test_the_maximum_is_that_of_efrons_formula_written_out():
    duration, gone, x = sample(np.random.default_rng(1), 150)
    model = cox(duration, gone, x, names=["a", "b"])
    at = np.array([ratio.coefficient for ratio in model.hazard_ratios])
    assert model.log_likelihood == pytest.approx(naive_log_likelihood(at, duration, gone, x))
    null = naive_log_likelihood(0 * at, duration, gone, x)
    assert model.null_log_likelihood == pytest.approx(null)

    def slope(coefficient):
        return approx_fprime(coefficient, naive_log_likelihood, 1e-5, duration, gone, x)

    assert slope(at) == pytest.approx([0, 0], abs=5e-3)
    curvature = -approx_fprime(at, slope, 1e-3)
    assert np.linalg.inv(curvature) == pytest.approx(model.covariance, rel=1e-2)


def test_rows_with_counts_give_the_answer_of_the_rows_written_out():
    duration, gone, x = sample(np.random.default_rng(2), 500)
    rows, counts = np.unique(np.column_stack([duration, gone, x]), axis=0, return_counts=True)
    grouped = cox(rows[:, 0], rows[:, 1], rows[:, 2:], names=["a", "b"], weights=counts)
    plain = cox(duration, gone, x, names=["a", "b"])
    assert len(rows) < 150
    for ours, theirs in zip(grouped.hazard_ratios, plain.hazard_ratios, strict=True):
        assert ours[1:] == pytest.approx(theirs[1:])
    assert grouped.log_likelihood == pytest.approx(plain.log_likelihood)
    assert grouped.concordance == pytest.approx(plain.concordance)
    assert (grouped.n, grouped.churned) == (plain.n, plain.churned)


@settings(max_examples=25)
@given(st.floats(0.001, 1000), st.floats(-1e4, 1e4), st.integers(1, 99))
def test_units_of_covariates_and_time_do_not_matter(scale, shift, stretch):
    duration, gone, x = sample(np.random.default_rng(3), 80)
    plain = cox(duration, gone, x, names=["a", "b"])
    moved = cox(stretch * duration, gone, shift + scale * x, names=["a", "b"])
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood)
    for ours, theirs in zip(moved.hazard_ratios, plain.hazard_ratios, strict=True):
        assert ours.coefficient * scale == pytest.approx(theirs.coefficient, rel=1e-4)
        assert ours.standard_error * scale == pytest.approx(theirs.standard_error, rel=1e-4)


def test_intervals_hold_the_true_ratios_about_as_often_as_they_promise():
    rng = np.random.default_rng(4)
    held = []
    for _ in range(300):
        x = rng.normal(size=(150, 2))
        duration = rng.exponential(np.exp(-0.5 * x[:, 0] + 0.3 * x[:, 1]))
        model = cox(np.minimum(duration, 1.5), duration <= 1.5, x, names=["a", "b"])
        truth = np.exp([0.5, -0.3])
        held += [r.low <= t <= r.high for r, t in zip(model.hazard_ratios, truth, strict=True)]
    assert 0.92 <= np.mean(held) <= 0.98


rows = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(-5, 5)), min_size=2, max_size=60
)


@given(rows)
def test_concordance_counts_the_pairs(table):
    lower = equal = comparable = 0
    for t, gone, risk in table:
        for other_t, other_gone, other_risk in table:
            if gone and (other_t > t or (other_t == t and not other_gone)):
                comparable += 1
                lower += other_risk < risk
                equal += other_risk == risk
    ours = concordance(*np.array(table).T)
    expected = (lower + equal / 2) / comparable if comparable else np.nan
    assert ours == pytest.approx(expected, nan_ok=True)


def test_concordance_is_that_of_lifelines_on_untied_risks():
    rng = np.random.default_rng(5)
    duration, gone, risk = rng.integers(0, 40, 500), rng.random(500) < 0.7, rng.normal(size=500)
    assert concordance(duration, gone, risk) == pytest.approx(
        concordance_index(duration, -risk, gone)
    )


def test_nobody_churning_has_no_hazard():
    with pytest.raises(TooLittleData, match="0 customers who churned are too few"):
        cox([1, 2, 3], [0, 0, 0], [[1], [2], [3]], names=["a"])


@pytest.mark.parametrize("twin", [[1, 1, 1, 1, 1], [2, 4, 0, 6, 2]])
def test_a_covariate_that_is_constant_or_repeats_another_is_refused(twin):
    x = np.column_stack([[1, 2, 0, 3, 1], twin])
    with pytest.raises(TooLittleData, match="1 covariates that differ from each other are too few"):
        cox([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], x, names=["a", "b"])


def test_a_covariate_that_parts_the_first_from_the_rest_is_refused():
    x = [[1], [1], [1], [0], [0], [0]]
    with pytest.raises(TooLittleData, match="against the order of a covariate"):
        cox([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], x, names=["a"])
