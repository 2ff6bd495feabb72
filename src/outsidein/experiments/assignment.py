"""Random assignment of subjects to the arms of an experiment, with recorded propensity."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from outsidein.errors import InputError

HOLD_OUT = "hold-out"
"""The arm of subjects that are left alone, so that the effect of acting can be measured."""


class Assignment(NamedTuple):
    """The arm of one subject.

    Attributes:
        arm: Its name, or `HOLD_OUT`.
        propensity: The probability with which the subject was assigned to this arm (0 to 1).
    """

    arm: str
    propensity: float


def arm_propensities(weights: Mapping[str, float], *, hold_out: float = 0.0) -> dict[str, float]:
    """Return the probability of each arm, that of the hold-out first.

    Args:
        weights: Of the arms, by name; only their ratios count.
        hold_out: Share of subjects that are left alone (0 to 1).

    Raises:
        InputError: No arm has a weight above 0, a weight is negative, an arm has the name of the
            hold-out, or its share is not between 0 and 1.

    Example:
        >>> arm_propensities({"call": 1, "voucher": 1}, hold_out=0.2)
        {'hold-out': 0.2, 'call': 0.4, 'voucher': 0.4}
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise InputError("Weights of arms must be 0 or more, and one of them above 0.")
    if HOLD_OUT in weights:
        raise InputError(f"{HOLD_OUT!r} is the name of the hold-out, not of an arm.")
    if not 0 <= hold_out <= 1:
        raise InputError(f"The share held out is {hold_out}; it must be between 0 and 1.")
    arms = {arm: (1 - hold_out) * weight / total for arm, weight in weights.items()}
    return {HOLD_OUT: hold_out, **arms}


def assign_arm(
    weights: Mapping[str, float], *, experiment: str, subject: str, hold_out: float = 0.0
) -> Assignment:
    """Assign a subject to an arm, with the probabilities of `arm_propensities`.

    The draw is a hash of experiment and subject: the same subject always gets the same arm, no
    run draws again, and assignments in one experiment are independent of those in another. As
    long as the hold-out stays the same, no subject moves into or out of it when arms change.

    Args:
        weights: Of the arms, by name and in order; only their ratios count.
        experiment: Its name.
        subject: Who or what is assigned: a customer, a household, a shop.
        hold_out: Share of subjects that are left alone (0 to 1).

    Raises:
        InputError: As by `arm_propensities`.

    Example:
        >>> assign_arm({"call": 1, "voucher": 1}, experiment="late parcel", subject="c2")
        Assignment(arm='call', propensity=0.5)
    """
    propensities = arm_propensities(weights, hold_out=hold_out)
    draw = uniform_draw(experiment, subject)
    if draw < hold_out:
        return Assignment(HOLD_OUT, hold_out)
    arms = [arm for arm, weight in weights.items() if weight]
    draw, total = (draw - hold_out) / (1 - hold_out), sum(weights.values())
    up_to = 0.0
    for arm in arms:
        up_to += weights[arm] / total
        if draw < up_to:
            return Assignment(arm, propensities[arm])
    return Assignment(arms[-1], propensities[arms[-1]])  # the weights sum to 1 less a rounding


def uniform_draw(*parts: str) -> float:
    """Return a number from 0 to below 1 that depends on nothing but these words.

    Over many words it is uniformly distributed.

    Example:
        >>> round(uniform_draw("late parcel", "c1"), 2)
        0.13
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:7]) / 256**7
