"""What customers will do, as far as their own true rates and hazards tell."""

from typing import NamedTuple

import numpy as np

from outsidein.simulate.changes import in_force
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.people import DAY, People
from outsidein.simulate.rows import Bools, Floats

HORIZON = 365
"""Days ahead for which orders and renewals are expected."""

AHEAD = -(-HORIZON // MONTH)
"""Months of 30 days that the horizon touches."""


class Ahead(NamedTuple):
    """Orders and monthly renewals expected within the horizon (counts), per customer."""

    orders: Floats
    renewals: Floats


def expected(firm: Firm, people: People, jumps: Floats, *, at: int, here: Bools) -> Ahead:
    """Return orders and renewals expected within 365 days of those who still are customers.

    From each customer's own rate and hazard; failures are taken to raise hazards as much as they
    did in the segment so far.

    Args:
        firm: What the firm is like.
        people: The customers of a block.
        jumps: Sums of hazards with and without failures, by segment.
        at: From when on (seconds since 1970).
        here: Who is a customer then; of the others nothing is expected.
    """
    hazard, old = np.array(firm.contract.hazard), (at - people.joined) / (MONTH * DAY)
    jump = (jumps[0] / np.maximum(jumps[1], 1e-12))[people.segment]
    now = np.array([at])
    jump = jump * in_force(firm.contract.shift, "hazard", 1.0, now)
    stays, days = here.astype(np.float64), np.zeros(len(people))
    renewals = np.zeros(len(people))
    for ahead in range(AHEAD):
        length = min(MONTH, HORIZON - ahead * MONTH)
        rate = _mean_hazard(hazard, np.maximum(old + ahead, 0.0)) * people.hazard * jump
        left = stays * np.exp(-rate * length / MONTH)
        days += (stays + left) / 2 * length
        renewals += left if length == MONTH else 0.0
        stays = left
    december = 1 + (firm.purchases.december - 1) / 12
    orders = in_force(firm.purchases.shift, "orders", 1.0, now)
    return Ahead(people.rate * days / MONTH * december * orders, renewals)


def _mean_hazard(hazard: Floats, old: Floats) -> Floats:
    """Rate in the month that begins at an age in months, which touches two months of tenure."""
    month = old.astype(np.int64)
    part = old - month
    last = len(hazard) - 1
    now, following = hazard[np.minimum(month, last)], hazard[np.minimum(month + 1, last)]
    return np.asarray((1 - part) * now + part * following)
