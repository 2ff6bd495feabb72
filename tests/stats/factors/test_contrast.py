import numpy as np
import pyarrow.parquet as pq
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.factors.classes import CLASSES, FactorClass, classify, impact_asymmetry
from outsidein.stats.factors.contrast import contrast, factor_verdicts
from outsidein.stats.factors.ratings import Ratings, rating_moments
from tests.stats.factors.worlds import ratings, simulated

PENALTIES = [-0.25, -0.12, -0.10, -0.03, -0.002, -0.15]
REWARDS = [0.01, 0.05, 0.10, 0.15, 0.002, 0.00]
TRUE = ["destroyer", "hygiene", "performance", "enhancer", "indifferent", "hygiene"]


def judged(found, rng, **options):
    made = rating_moments(found)
    return factor_verdicts(made, contrast(made, rng=rng, **options))


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture(scope="module")
def airline(shared_data):
    """All complete rows: 14 ratings of 1 to 5, and whether somebody was satisfied."""
    table = pq.read_table(shared_data / "airline_satisfaction" / "airline_129880.parquet")
    names = table.column_names[9:23]
    answers = np.column_stack([table[name].to_numpy() for name in names]).astype(float)
    satisfied = np.array(table["Satisfaction"].to_pylist()) == "Satisfied"
    rows = np.random.default_rng(5).permutation(np.flatnonzero((answers > 0).all(axis=1)))
    scores = (answers[rows] - 1) / 4
    n = len(rows)
    return Ratings(
        tuple(names),
        scores,
        satisfied[rows].astype(float),
        np.arange(n),
        np.ones(n),
        np.ones(14, dtype=bool),
    )


def test_effects_are_those_of_least_squares_on_unstandardised_dummies(airline, rng):
    found = {v.factor: v for v in judged(airline, rng, draws=50)}
    ones = np.ones((len(airline.overall), 1))
    columns = np.hstack([ones, airline.scores <= 0.25, airline.scores == 1.0])
    expected = np.linalg.lstsq(columns, airline.overall, rcond=None)[0]
    for place, name in enumerate(airline.factors):
        effects = (found[name].penalty.value, found[name].reward.value)
        assert effects == pytest.approx((expected[1 + place], expected[15 + place]), abs=1e-6)


def test_effects_of_the_wrong_sign_are_flagged_and_do_not_count(airline, rng):
    found = {v.factor: v for v in judged(airline, rng, draws=200)}
    timetable = found["Departure and Arrival Time Convenience"]
    assert (timetable.is_penalty_wrong, timetable.is_reward_wrong) == (True, True)
    assert timetable.likeliest is FactorClass.INDIFFERENT
    assert timetable.kind is FactorClass.UNCLEAR
    entertainment = found["In-flight Entertainment"]
    assert (entertainment.is_penalty_wrong, entertainment.is_reward_wrong) == (False, True)
    assert entertainment.asymmetry.value == -1.0
    assert entertainment.kind is FactorClass.UNCLEAR
    boarding = found["Online Boarding"]
    assert (boarding.is_penalty_wrong, boarding.is_reward_wrong) == (False, False)


def test_the_published_asymmetry_follows_from_the_published_effects():
    asymmetry = impact_asymmetry(np.array([-0.121]), np.array([0.404]))
    assert asymmetry.item() == pytest.approx(0.538, abs=0.002)


def test_the_class_of_a_sample_agrees_more_often_with_that_of_all_the_larger_it_is(airline, rng):
    whole = {v.factor: v.likeliest for v in judged(airline, rng, draws=100)}
    agreed = []
    for n in (200, 1_000, 10_000):
        same = [
            v.likeliest is whole[v.factor]
            for _ in range(6)
            for v in judged(
                airline.of(np.sort(rng.choice(len(airline.overall), n, replace=False))),
                rng,
                draws=60,
            )
        ]
        agreed.append(np.mean(same))
    assert agreed[0] < agreed[1] < agreed[2]
    assert agreed[0] < 0.7
    assert agreed[2] > 0.8


def test_known_classes_are_recovered_from_many_answers(rng):
    found = judged(simulated(rng, 60_000, PENALTIES, REWARDS), rng)
    assert [v.kind.value for v in found] == TRUE
    assert min(v.probability for v in found) > 0.9


def test_intervals_hold_the_truth_and_probabilities_come_true(rng):
    inside, said, came_true = [], [], []
    for _ in range(60):
        for k, v in enumerate(judged(simulated(rng, 700, PENALTIES, REWARDS), rng, draws=200)):
            inside += [
                v.penalty.low <= PENALTIES[k] <= v.penalty.high,
                v.reward.low <= REWARDS[k] <= v.reward.high,
            ]
            said.append(v.probability)
            came_true.append(v.likeliest.value == TRUE[k])
    assert 0.92 < np.mean(inside) < 0.98
    assert np.mean(came_true) == pytest.approx(np.mean(said), abs=0.06)


@pytest.mark.parametrize("n", [200, 400])
def test_intervals_hold_the_truth_in_small_samples(rng, n):
    """Bootstrap percentiles held it in .86 to .93 of samples of 200."""
    inside = []
    for _ in range(60):
        for k, v in enumerate(judged(simulated(rng, n, PENALTIES, REWARDS), rng, draws=50)):
            if v.penalty and v.reward:
                inside += [
                    v.penalty.low <= PENALTIES[k] <= v.penalty.high,
                    v.reward.low <= REWARDS[k] <= v.reward.high,
                ]
    assert 0.93 <= np.mean(inside) <= 0.975


def test_a_factor_without_effect_is_seldom_given_a_class(rng):
    """One in twenty is what chance allows; half were classed by the most frequent class alone."""
    named = [
        v.kind not in (FactorClass.UNCLEAR, FactorClass.INDIFFERENT, FactorClass.UNKNOWN)
        for _ in range(50)
        for v in judged(simulated(rng, 200, [0.0] * 6, [0.0] * 6), rng, draws=100)
    ]
    assert np.mean(named) <= 0.07


def test_a_class_with_less_than_four_samples_in_five_is_not_clear_yet(rng):
    found = judged(simulated(rng, 700, [-0.13], [0.09]), rng)[0]
    assert found.probability < 0.8
    assert found.kind is FactorClass.UNCLEAR


def test_customers_who_answer_often_do_not_narrow_the_intervals(rng):
    """Each customer's answers are the same four times over: four times the rows, no more news."""
    once = simulated(rng, 500, PENALTIES, REWARDS)
    again = once.of(np.repeat(np.arange(500), 4))
    width = [judged(r, rng)[0].penalty for r in (once, again)]
    narrow, wide = (effect.high - effect.low for effect in width)
    assert wide == pytest.approx(narrow, rel=0.2)
    assert width[1].n == width[0].n


def test_a_weight_counts_as_so_many_rows(rng):
    found = simulated(rng, 400, PENALTIES[:3], REWARDS[:3])
    weight = rng.integers(1, 4, 400).astype(float)
    weighted = Ratings(
        found.factors, found.scores, found.overall, found.customer, weight, found.is_rated
    )
    repeated = found.of(np.repeat(np.arange(400), weight.astype(int)))
    a, b = (judged(r, np.random.default_rng(1)) for r in (weighted, repeated))
    assert [v.penalty.value for v in a] == pytest.approx([v.penalty.value for v in b])
    assert all(x.low < y.low for x, y in zip(a, b, strict=True))


def test_too_few_low_answers_give_no_verdict(rng):
    found = simulated(rng, 2_000, PENALTIES[:2], REWARDS[:2])
    found.scores[np.flatnonzero(found.scores[:, 0] <= 0.25)[29:], 0] = 0.5
    first, second = judged(found, rng)
    assert (first.kind, first.probability, first.low) == (FactorClass.UNKNOWN, None, 29)
    assert second.kind is not FactorClass.UNKNOWN


def test_what_was_not_answered_biases_neither_effect(rng):
    """Those who leave an item out are the discontented; their silence is set apart."""
    found = simulated(rng, 40_000, PENALTIES[:3], REWARDS[:3])
    leaves_out = (rng.random(40_000) < 0.5) & (found.scores[:, 2] <= 0.5)
    found.scores[leaves_out, 0] = np.nan
    found.overall[leaves_out] -= 0.2
    first, *_ = judged(found, rng)
    assert first.penalty.value == pytest.approx(PENALTIES[0], abs=0.02)
    assert first.reward.value == pytest.approx(REWARDS[0], abs=0.02)


def test_a_factor_nobody_asked_for_stands_in_the_middle_where_it_is_not_mentioned(rng):
    scores = np.full((3_000, 1), np.nan)
    scores[:300], scores[300:600] = 0.0, 1.0
    overall = 0.6 - 0.3 * (scores[:, 0] == 0.0) + 0.03 * (scores[:, 0] == 1.0)
    overall += rng.normal(0, 0.05, 3_000)
    order = rng.permutation(3_000)
    told = ratings(scores[order], overall[order], is_rated=np.array([False]))
    (only,) = judged(told, rng)
    assert (only.penalty.value, only.reward.value) == pytest.approx((-0.3, 0.03), abs=0.02)
    assert only.kind is FactorClass.DESTROYER
    assert only.n == 600


def test_factors_that_always_fail_together_share_the_effect(rng):
    found = simulated(rng, 3_000, [-0.2], [0.1])
    twins = ratings(np.repeat(found.scores, 2, axis=1), found.overall)
    first, second = judged(twins, rng)
    assert first.penalty.value == pytest.approx(second.penalty.value, abs=1e-3)
    assert first.penalty.value + second.penalty.value == pytest.approx(-0.2, abs=0.03)


def test_one_customer_alone_gives_no_estimate():
    alone = ratings(np.zeros((5, 1)), np.zeros(5), customer=np.zeros(5, dtype=int))
    with pytest.raises(TooLittleData):
        rating_moments(alone)


@pytest.mark.parametrize(
    ("penalty", "reward", "kind"),
    [
        (0.0, 0.0, "indifferent"),
        (-0.01, 0.015, "indifferent"),
        (-0.6, 0.0, "destroyer"),
        (-0.6, 0.2, "hygiene"),
        (-0.3, 0.0, "hygiene"),
        (-0.3, 0.3, "performance"),
        (0.2, 0.3, "enhancer"),
    ],
)
def test_classes_end_where_the_rules_say(penalty, reward, kind):
    found = classify(np.array([penalty]), np.array([reward]), np.array([1.0]))
    assert CLASSES[found.item()].value == kind
