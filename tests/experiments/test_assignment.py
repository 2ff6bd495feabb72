from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import InputError
from outsidein.experiments.assignment import (
    HOLD_OUT,
    arm_propensities,
    assign_arm,
    uniform_draw,
)
from outsidein.stats.proportion import proportion

SUBJECTS = [f"c{number}" for number in range(10_000)]
weights = st.dictionaries(st.text("abc", min_size=1), st.floats(0, 100), min_size=1).filter(
    lambda arms: sum(arms.values()) > 1e-6
)
shares = st.floats(0, 1)


def arms_of(arms, *, experiment="late", hold_out=0.0):
    return [assign_arm(arms, experiment=experiment, subject=s, hold_out=hold_out) for s in SUBJECTS]


def test_each_arm_gets_its_share_of_the_subjects_and_they_carry_its_propensity():
    assignments = arms_of({"call": 1, "voucher": 3}, hold_out=0.2)
    counts = Counter(assignments)
    assert len(counts) == 3
    for arm, chance in ((HOLD_OUT, 0.2), ("call", 0.2), ("voucher", 0.6)):
        [propensity] = {a.propensity for a in assignments if a.arm == arm}
        assert propensity == pytest.approx(chance)
        share = proportion(counts[arm, propensity], len(SUBJECTS), confidence=0.999)
        assert share.low < chance < share.high


def test_a_subject_always_gets_the_same_arm():
    assert arms_of({"call": 1, "voucher": 1}) == arms_of({"call": 1, "voucher": 1})


def test_the_draw_is_that_of_sha256():
    # printf 'late\\037c1' | sha256sum
    assert uniform_draw("late", "c1") == 0x0E0059C1683144 / 16**14


def test_an_experiment_says_nothing_of_what_another_draws():
    late, rude = (arms_of({"a": 1, "b": 1}, experiment=name) for name in ("late", "rude"))
    same = sum(x == y for x, y in zip(late, rude, strict=True))
    share = proportion(same, len(SUBJECTS), confidence=0.999)
    assert share.low < 0.5 < share.high


def test_words_are_not_run_together():
    assert uniform_draw("late", "c1") != uniform_draw("latec", "1")


def test_a_new_arm_leaves_the_hold_out_as_it_was():
    before, after = (
        [a.arm == HOLD_OUT for a in arms_of(arms, hold_out=0.3)]
        for arms in ({"call": 1}, {"call": 1, "voucher": 2})
    )
    assert before == after


@given(weights, shares)
def test_propensities_are_those_of_a_distribution(arms, hold_out):
    propensities = arm_propensities(arms, hold_out=hold_out)
    assert sum(propensities.values()) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in propensities.values())


@given(weights, shares, st.text())
def test_an_arm_is_only_assigned_where_it_has_a_chance(arms, hold_out, subject):
    assignment = assign_arm(arms, experiment="late", subject=subject, hold_out=hold_out)
    propensities = arm_propensities(arms, hold_out=hold_out)
    assert assignment.propensity == propensities[assignment.arm]
    assert assignment.arm == HOLD_OUT or arms[assignment.arm] > 0


@pytest.mark.parametrize(
    ("arms", "hold_out", "problem"),
    [
        ({}, 0, "Weights of arms must be 0 or more, and one of them above 0"),
        ({"a": 0}, 0, "one of them above 0"),
        ({"a": 2, "b": -1}, 0, "must be 0 or more"),
        ({"a": 1, HOLD_OUT: 1}, 0, "'hold-out' is the name of the hold-out"),
        ({"a": 1}, 1.2, "share held out is 1.2; it must be between 0 and 1"),
    ],
)
def test_a_design_that_is_impossible_is_refused(arms, hold_out, problem):
    with pytest.raises(InputError, match=problem):
        assign_arm(arms, experiment="late", subject="c1", hold_out=hold_out)
