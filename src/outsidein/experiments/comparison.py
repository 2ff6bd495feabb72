"""Comparison of the arms of an experiment: differences between shares of successes."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from outsidein.experiments.assignment import HOLD_OUT
from outsidein.stats.proportion import Difference, difference


class ArmOutcome(NamedTuple):
    """Outcome of the subjects who were assigned to an arm with one propensity.

    Attributes:
        arm: Its name, or `HOLD_OUT`.
        propensity: With which they were assigned (0 to 1); 1 where chance had no part in it.
        successes: Subjects with the outcome that is wanted (count).
        n: Subjects whose outcome is known (count).
    """

    arm: str
    propensity: float
    successes: int
    n: int


def randomised_pairs(
    outcomes: Sequence[ArmOutcome],
) -> Iterator[tuple[list[ArmOutcome], list[ArmOutcome]]]:
    """Yield each two arms that chance chose between, by name, with their outcomes."""
    randomised = _randomised(outcomes)
    for pair in combinations(sorted({outcome.arm for outcome in randomised}), 2):
        a, b = ([outcome for outcome in randomised if outcome.arm == arm] for arm in pair)
        yield a, b


def is_comparable(a: Sequence[ArmOutcome], b: Sequence[ArmOutcome]) -> bool:
    """Whether the propensities of two arms never changed.

    Where they did, the two arms hold subjects of different times in different shares.
    """
    return len({outcome.propensity for outcome in a}) == len({o.propensity for o in b}) == 1


def arm_difference(a: Sequence[ArmOutcome], b: Sequence[ArmOutcome]) -> Difference:
    """Estimate the share of successes in arm a minus that in arm b, with Newcombe's interval.

    Raises:
        TooLittleData: The outcome of nobody in one of the arms is known.

    Example:
        >>> a, b = ArmOutcome("call", 0.5, 56, 70), ArmOutcome("voucher", 0.5, 48, 80)
        >>> round(arm_difference([a], [b]).difference, 3)
        0.2
    """
    return difference(*_totals(a), *_totals(b))


def effect_of_acting(outcomes: Sequence[ArmOutcome]) -> Difference | None:
    """Estimate the share of successes in all randomised arms minus that in the hold-out.

    Returns:
        None where nobody was held out, or the outcomes of one side are not known.
    """
    randomised = _randomised(outcomes)
    acted = [outcome for outcome in randomised if outcome.arm != HOLD_OUT and outcome.n]
    held_out = [outcome for outcome in randomised if outcome.arm == HOLD_OUT and outcome.n]
    return arm_difference(acted, held_out) if acted and held_out else None


def _randomised(outcomes: Sequence[ArmOutcome]) -> list[ArmOutcome]:
    return [outcome for outcome in outcomes if outcome.propensity < 1]


def _totals(outcomes: Sequence[ArmOutcome]) -> tuple[int, int]:
    return sum(outcome.successes for outcome in outcomes), sum(outcome.n for outcome in outcomes)
