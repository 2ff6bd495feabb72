"""After a case: who churns, by the truth of the playbook that the case got."""

from typing import NamedTuple

import numpy as np

from outsidein.simulate.changes import in_force
from outsidein.simulate.column_buffer import Bools, Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY


class Subjects(NamedTuple):
    """Customers on a day, one element each.

    Attributes:
        joined: When they did (seconds since 1970).
        hazard: Multiplies their hazard of churning.
        jump: What the failure that they met multiplies it by for 30 days; 1 where they met none.
        recovery: Probability that what is done undoes the jump; 0 where nothing is.
    """

    joined: Ints
    hazard: Floats
    jump: Floats
    recovery: Floats


class Aftermath(NamedTuple):
    """What became of them, one element each.

    Attributes:
        is_recovered: Whether the jump was undone.
        left_at: When they churned (seconds since 1970); `STAYS` where they did not.
        stays_recovered: True probability of staying all the days if it is undone.
        stays_otherwise: The same if it is not.
    """

    is_recovered: Bools
    left_at: Ints
    stays_recovered: Floats
    stays_otherwise: Floats


def aftermath(
    firm: Firm, rng: np.random.Generator, subjects: Subjects, *, at: int, days: int
) -> Aftermath:
    """Draw who churns in the days after a case was opened.

    Args:
        firm: What the firm is like.
        rng: Chance.
        subjects: Who is a customer on the day.
        at: Its midnight (seconds since 1970).
        days: That are looked at, one by one.
    """
    plain = _plain(firm, subjects, at=at, days=days)
    raised = plain.copy()
    raised[:, :MONTH] *= subjects.jump[:, None]
    recovered = rng.random(len(subjects.jump)) < subjects.recovery
    passed = np.where(recovered[:, None], plain, raised).cumsum(axis=1)
    bears = rng.exponential(size=len(recovered))
    leaves = passed[:, -1] > bears
    day = (passed <= bears[:, None]).sum(axis=1)
    return Aftermath(
        recovered,
        np.where(leaves, at + day * DAY + DAY // 2, STAYS),
        np.exp(-plain.sum(axis=1)),
        np.exp(-raised.sum(axis=1)),
    )


def _plain(firm: Firm, subjects: Subjects, *, at: int, days: int) -> Floats:
    """Rate of churning on each day without failures, one row per customer."""
    begins = at + np.arange(days) * DAY
    hazard = np.array(firm.contract.hazard)
    month = (begins[None, :] - subjects.joined[:, None]) // (MONTH * DAY)
    shifted = in_force(firm.contract.shift, "hazard", 1.0, begins)
    rate = hazard[np.clip(month, 0, len(hazard) - 1)] * shifted / MONTH
    return np.asarray(rate * subjects.hazard[:, None])
