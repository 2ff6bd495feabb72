"""Orders and renewals expected in the year ahead, from customers' own true rates and hazards."""

from typing import NamedTuple

import numpy as np

from outsidein.simulate.changes import in_force
from outsidein.simulate.column_buffer import Bools, Floats
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.people import DAY, People
from outsidein.simulate.treatments import Treatments

HORIZON = 365
"""Days ahead for which orders and renewals are expected."""

MONTHS_AHEAD = -(-HORIZON // MONTH)
"""Months of 30 days that the horizon touches."""


class YearAhead(NamedTuple):
    """Orders and monthly renewals expected within the horizon (counts), per customer."""

    orders: Floats
    renewals: Floats


def expected_year_ahead(
    firm: Firm, people: People, treatments: Treatments, jumps: Floats, *, at: int, active: Bools
) -> YearAhead:
    """Return orders and renewals that active customers are expected to make within 365 days.

    From each customer's own rate and hazard. Failures raise hazards as much as they did in the
    segment so far. The campaigns of the year before are repeated on the same days of the year
    ahead; experiments that still run end as declared.

    Args:
        firm: The declared firm.
        people: The customers of a block.
        treatments: Their campaigns and experiments so far.
        jumps: Sums of hazards with and without failures, by segment.
        at: Start of the horizon (seconds since 1970).
        active: Whether each is a customer then; nothing is expected of the others.
    """
    hazard, old = np.array(firm.contract.hazard), (at - people.joined) / (MONTH * DAY)
    jump = (jumps[0] / np.maximum(jumps[1], 1e-12))[people.segment]
    now = np.array([at])
    jump = jump * in_force(firm.contract.shift, "hazard", 1.0, now)
    stays, days = active.astype(np.float64), np.zeros(len(people))
    renewals = np.zeros(len(people))
    for month in range(MONTHS_AHEAD):
        length = min(MONTH, HORIZON - month * MONTH)
        rate = _mean_hazard(hazard, np.maximum(old + month, 0.0)) * people.hazard * jump
        left = stays * np.exp(-rate * length / MONTH)
        begins = at + month * MONTH * DAY
        uplift = _programme(people, treatments, at, begins, begins + length * DAY)
        days += (stays + left) / 2 * length * uplift
        renewals += left if length == MONTH else 0.0
        stays = left
    december = 1 + (firm.purchases.december - 1) / 12
    orders = in_force(firm.purchases.shift, "orders", 1.0, now)
    return YearAhead(people.rate * days / MONTH * december * orders, renewals)


def _programme(people: People, treatments: Treatments, at: int, begins: int, ends: int) -> Floats:
    """Mean multiplier of orders by campaigns and experiments, in a part of the year after `at`."""
    multiplier, willing = np.ones(len(people)), people.willing
    campaigns = [campaign for campaign in treatments.campaigns if campaign.at < at]
    for campaign in campaigns:
        willing = willing & ~campaign.unsubscribed
    for campaign in campaigns:
        days, uplift = campaign.declared.days, campaign.declared.uplift
        running = _overlap(campaign.at, days, begins, ends)
        repeated = _overlap(campaign.at + HORIZON * DAY, days, begins, ends)
        sent = running * campaign.sent + repeated * campaign.declared.sent * willing
        multiplier *= 1 + uplift * sent
    for experiment in treatments.experiments:
        running = _overlap(experiment.at, experiment.declared.days, begins, ends)
        multiplier *= 1 + running * experiment.uplift * (experiment.eligible & (experiment.at < at))
    return multiplier


def _overlap(start: int, days: int, begins: int, ends: int) -> float:
    """Share of the time from `begins` to `ends` within the `days` after `start`."""
    return max(0.0, min(start + days * DAY, ends) - max(start, begins)) / (ends - begins)


def _mean_hazard(hazard: Floats, old: Floats) -> Floats:
    """Rate in the month that begins at an age in months, which touches two months of tenure."""
    month = old.astype(np.int64)
    part = old - month
    last = len(hazard) - 1
    now, following = hazard[np.minimum(month, last)], hazard[np.minimum(month + 1, last)]
    return np.asarray((1 - part) * now + part * following)
