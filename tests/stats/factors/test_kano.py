import numpy as np
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.factors.kano import KanoClass, kano, kano_counts


@pytest.fixture
def rng():
    return np.random.default_rng(50)


@pytest.mark.parametrize(
    ("counts", "kind", "satisfaction", "dissatisfaction", "distance", "apart", "needed"),
    [
        ([95, 123, 45, 33, 0, 0], "one-dimensional", 0.568, -0.736, 72.49, 28, 19.4),
        ([101, 54, 54, 81, 3, 3], "must-be", 0.372, -0.534, 21.64, 20, 18.5),
    ],
)
def test_the_published_cases(
    *, counts, kind, satisfaction, dissatisfaction, distance, apart, needed, rng
):
    found = kano(np.array(counts), rng=rng)
    assert found.kind.value == kind
    assert found.satisfaction.share == pytest.approx(satisfaction, abs=5e-4)
    assert found.dissatisfaction.share == pytest.approx(dissatisfaction, abs=6e-4)
    assert found.chi_squared == pytest.approx(distance, abs=5e-3)
    assert found.fong.difference == apart
    assert found.fong.needed == pytest.approx(needed, abs=0.05)
    assert found.fong.is_apart
    assert found.n == 296


def test_of_two_that_cannot_be_told_apart_the_first_of_must_be_to_indifferent_stands(rng):
    found = kano(np.array([0, 40, 45, 10, 0, 0]), rng=rng)
    assert not found.fong.is_apart
    assert found.kind is KanoClass.ONE_DIMENSIONAL


def test_the_table_of_answers_is_kanos():
    functional, dysfunctional = (side.ravel() + 1 for side in np.indices((5, 5)))
    letters = "MOAIRQ"
    kinds = [
        letters[int(kano_counts(np.array([f]), np.array([d])).argmax())]
        for f, d in zip(functional, dysfunctional, strict=True)
    ]
    assert ["".join(kinds[i : i + 5]) for i in range(0, 25, 5)] == [
        "QAAAO",
        "RIIIM",
        "RIIIM",
        "RIIIM",
        "RRRRQ",
    ]


def test_a_tie_is_even_and_a_clear_case_is_sure(rng):
    tie = kano(np.array([50, 50, 0, 0, 0, 0]), rng=rng).probabilities
    assert tie[KanoClass.MUST_BE] == pytest.approx(0.5, abs=0.02)
    clear = kano(np.array([90, 10, 0, 0, 0, 0]), rng=rng).probabilities
    assert clear[KanoClass.MUST_BE] > 0.999


def test_probabilities_are_those_of_the_most_frequent_class_being_found(rng):
    shares = np.array([0.36, 0.30, 0.2, 0.14, 0, 0])
    found = [kano(rng.multinomial(150, shares), rng=rng) for _ in range(150)]
    said = np.mean([k.probabilities[KanoClass.MUST_BE] for k in found])
    counted = np.mean([max(k.counts, key=k.counts.get) is KanoClass.MUST_BE for k in found])
    assert said == pytest.approx(counted, abs=0.15)


def test_without_a_telling_answer_it_says_so(rng):
    with pytest.raises(TooLittleData):
        kano(np.array([0, 0, 0, 0, 3, 4]), rng=rng)
