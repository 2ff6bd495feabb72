import pytest

from outsidein.errors import TooLittleData
from outsidein.experiments.assignment import HOLD_OUT
from outsidein.experiments.comparison import (
    ArmOutcome,
    arm_difference,
    effect_of_acting,
    is_comparable,
    randomised_pairs,
)
from outsidein.stats.proportion import difference

CALL = ArmOutcome("call", 0.4, 60, 80)
VOUCHER = ArmOutcome("voucher", 0.4, 50, 90)
LEFT_ALONE = ArmOutcome(HOLD_OUT, 0.2, 20, 50)
ALL = [VOUCHER, CALL, LEFT_ALONE]


def test_arms_that_chance_chose_are_compared_pair_by_pair_in_order_of_name():
    by_choice = ArmOutcome("by choice", 1.0, 9, 9)
    assert list(randomised_pairs([*ALL, by_choice])) == [
        ([CALL], [LEFT_ALONE]),
        ([CALL], [VOUCHER]),
        ([LEFT_ALONE], [VOUCHER]),
    ]


def test_a_difference_is_that_of_the_two_shares():
    assert arm_difference([CALL], [VOUCHER]) == difference(60, 80, 50, 90)


def test_nobody_with_a_known_outcome_gives_no_difference():
    with pytest.raises(TooLittleData):
        arm_difference([CALL], [VOUCHER._replace(successes=0, n=0)])


def test_arms_whose_propensity_changed_are_not_comparable():
    later = CALL._replace(propensity=0.3)
    assert is_comparable([CALL], [VOUCHER])
    assert is_comparable([CALL], [LEFT_ALONE])
    assert not is_comparable([CALL, later], [VOUCHER])
    assert not is_comparable([VOUCHER], [CALL, later])
    assert not is_comparable([CALL, later], [CALL, later])


def test_the_effect_of_acting_is_all_arms_against_the_hold_out():
    by_choice = ArmOutcome("by choice", 1.0, 9, 9)
    assert effect_of_acting([*ALL, by_choice]) == difference(110, 170, 20, 50)


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        [CALL, VOUCHER],
        [LEFT_ALONE],
        [CALL, LEFT_ALONE._replace(successes=0, n=0)],
        [CALL._replace(successes=0, n=0), LEFT_ALONE],
    ],
)
def test_without_either_side_acting_has_no_known_effect(outcomes):
    assert effect_of_acting(outcomes) is None
