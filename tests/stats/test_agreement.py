import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from outsidein.errors import TooLittleData
from outsidein.stats.agreement import macro_f1, macro_f1_gain

codes = st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=60)


def joint_of(rows):
    joint = np.zeros((4, 4, 4), dtype=np.int64)
    np.add.at(joint, tuple(np.array(rows).T), 1)
    return joint


@given(codes)
def test_it_is_the_macro_f1_of_scikit_learn(rows):
    people, one, other = np.array(rows).T
    joint, rng = joint_of(rows), np.random.default_rng(1)
    first = macro_f1(joint.sum(axis=2), rng=rng, draws=10)
    assert first.f1 == pytest.approx(f1_score(people, one, average="macro"))
    gain = macro_f1_gain(joint, rng=rng, draws=10)
    theirs = f1_score(people, one, average="macro") - f1_score(people, other, average="macro")
    assert gain.gain == pytest.approx(theirs)


def test_the_interval_holds_the_truth_about_as_often_as_it_promises():
    rng = np.random.default_rng(2)
    cells = np.array([[0.30, 0.05, 0.02], [0.06, 0.25, 0.04], [0.03, 0.05, 0.20]])
    truth = macro_f1(np.round(cells * 1e6).astype(int), rng=rng, draws=1).f1
    samples = rng.multinomial(400, cells.ravel(), 300).reshape(-1, 3, 3)
    answers = [macro_f1(sample, rng=rng, draws=300) for sample in samples]
    assert np.mean([a.low <= truth <= a.high for a in answers]) >= 0.91


def test_two_coders_that_agree_gain_nothing():
    joint = np.zeros((2, 2, 2), dtype=np.int64)
    joint[0, 0, 0], joint[1, 1, 1], joint[0, 1, 1] = 30, 20, 5
    assert macro_f1_gain(joint, rng=np.random.default_rng(1))[:3] == (0, 0, 0)


def test_no_texts_have_no_agreement():
    with pytest.raises(TooLittleData, match="0 hand-coded texts are too few"):
        macro_f1(np.zeros((2, 2), dtype=np.int64), rng=np.random.default_rng(1))
