import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.prevalence import Hits, corrected_prevalence, corrected_shares

HABITS = np.array([[0.80, 0.15, 0.05], [0.10, 0.85, 0.05], [0.05, 0.15, 0.80]])


def counts(most):
    return st.integers(0, most)


def test_a_coder_without_errors_is_hardly_corrected():
    hits = Hits(100_000, 100_000)
    share = corrected_prevalence(300, 1_000, sensitivity=hits, specificity=hits)
    assert share.share == pytest.approx(0.3)
    assert share.low == pytest.approx(0.272, abs=1e-3)
    assert share.high == pytest.approx(0.329, abs=1e-3)


def test_the_share_is_that_of_rogan_and_gladen():
    share = corrected_prevalence(300, 1_000, sensitivity=Hits(85, 100), specificity=Hits(360, 400))
    assert share.share == pytest.approx((0.3 + 0.9 - 1) / (0.85 + 0.9 - 1))


@given(counts(500), counts(50), counts(50))
def test_counting_the_opposite_mirrors_the_interval(positive, found, passed):
    se, sp = Hits(50 + found, 100), Hits(51 + passed, 101)
    one = corrected_prevalence(positive, 500, sensitivity=se, specificity=sp)
    other = corrected_prevalence(500 - positive, 500, sensitivity=sp, specificity=se)
    assert (one.low, one.share, one.high) == pytest.approx(
        (1 - other.high, 1 - other.share, 1 - other.low)
    )


@pytest.mark.parametrize(
    ("truth", "sensitivity", "specificity", "n", "coded"),
    [
        (0.10, 0.80, 0.95, 500, (100, 300)),
        (0.02, 0.70, 0.97, 1_000, (60, 400)),
        (0.40, 0.60, 0.70, 300, (80, 80)),
        (0.50, 0.90, 0.90, 2_000, (400, 400)),
    ],
)
def test_the_interval_holds_the_truth_as_often_as_it_promises(
    truth, sensitivity, specificity, n, coded
):
    rng, rounds = np.random.default_rng(3), 1_500
    seen = truth * sensitivity + (1 - truth) * (1 - specificity)
    drawn = zip(
        rng.binomial(n, seen, rounds),
        rng.binomial(coded[0], sensitivity, rounds),
        rng.binomial(coded[1], specificity, rounds),
        strict=True,
    )
    answers = [
        corrected_prevalence(
            int(positive),
            n,
            sensitivity=Hits(int(found), coded[0]),
            specificity=Hits(int(passed), coded[1]),
        )
        for positive, found, passed in drawn
    ]
    assert np.mean([a.low <= truth <= a.high for a in answers]) >= 0.94
    assert np.mean([a.share for a in answers]) == pytest.approx(truth, abs=0.015)


def test_a_coder_no_better_than_chance_corrects_nothing():
    half = Hits(50, 100)
    with pytest.raises(InputError, match="no more often where people do"):
        corrected_prevalence(10, 20, sensitivity=half, specificity=half)


def test_without_hand_coded_texts_there_is_no_correction():
    with pytest.raises(TooLittleData):
        corrected_prevalence(10, 20, sensitivity=Hits(0, 0), specificity=Hits(5, 5))


def test_inside_the_bounds_many_shares_are_those_of_the_inverse_matrix():
    confusion = np.array([[160, 30, 10], [20, 170, 10], [10, 30, 160]])
    coded = np.array([400, 350, 250])
    inverse = np.linalg.solve((confusion / 200).T, coded / 1_000)
    shares = corrected_shares(coded, confusion, rng=np.random.default_rng(1), draws=10)
    assert shares.share == pytest.approx(inverse, abs=1e-6)


def test_of_two_codes_the_shares_are_those_of_rogan_and_gladen():
    confusion = np.array([[85, 15], [40, 360]])
    shares = corrected_shares(np.array([300, 700]), confusion, rng=np.random.default_rng(1))
    one = corrected_prevalence(300, 1_000, sensitivity=Hits(85, 100), specificity=Hits(360, 400))
    assert shares.share[0] == pytest.approx(one.share, abs=1e-6)
    assert shares.low[0] == pytest.approx(one.low, abs=0.01)
    assert shares.high[0] == pytest.approx(one.high, abs=0.01)


def test_a_share_that_the_inverse_would_make_negative_is_0():
    confusion = np.array([[80, 20], [20, 80]])
    shares = corrected_shares(np.array([10, 90]), confusion, rng=np.random.default_rng(1))
    assert shares.share == pytest.approx([0, 1], abs=1e-3)


@pytest.mark.parametrize("truth", [(0.6, 0.3, 0.1), (0.9, 0.08, 0.02)])
def test_intervals_of_many_shares_hold_the_truth(truth):
    rng, held, means = np.random.default_rng(4), [], []
    for _ in range(80):
        rows = [rng.multinomial(n, HABITS[k]) for k, n in enumerate((150, 150, 80))]
        coded = rng.multinomial(1_500, np.array(truth) @ HABITS)
        shares = corrected_shares(coded, np.stack(rows), rng=rng, draws=150)
        held.append((shares.low <= truth) & (truth <= shares.high))
        means.append(shares.share)
    assert np.mean(held, axis=0).min() >= 0.86
    assert np.mean(means, axis=0) == pytest.approx(truth, abs=0.01)


def test_a_code_that_nobody_gave_cannot_be_corrected():
    with pytest.raises(TooLittleData):
        corrected_shares(np.array([5, 5]), np.array([[5, 5], [0, 0]]), rng=np.random.default_rng(1))
