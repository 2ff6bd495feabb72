"""Churning: the hazard of each month of tenure, jumps after failures, reasons."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from outsidein.simulate.changes import in_force
from outsidein.simulate.column_buffer import Bools, Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.people import DAY, People, seconds

UNKNOWN = "unknown"
"""The reason of those who gave none."""

STAYS = np.iinfo(np.int64).max
"""When somebody leaves who does not."""


class Rates(NamedTuple):
    """Rates of churning in a month, one row per reason and one column per customer."""

    by_reason: Floats
    total: Floats

    @property
    def probability(self) -> Floats:
        """That they leave within the month."""
        return np.asarray(-np.expm1(-self.total))


@dataclass
class HazardTruth:
    """Sums over the customers under contract who were at risk in a whole month of tenure.

    Attributes:
        at_risk: Customers, by segment and month (count).
        expected: Sum of their true probabilities of leaving in it, by segment, month and reason.
    """

    at_risk: Ints
    expected: Floats

    @classmethod
    def empty(cls, firm: Firm) -> "HazardTruth":
        """Nobody yet."""
        size = (len(firm.segment), firm.months)
        return cls(np.zeros(size, np.int64), np.zeros((*size, len(reasons(firm)))))


def reasons(firm: Firm) -> list[str]:
    """Every reason in its order: those of the contract, then those of failures."""
    own = [failure.reason for failure in firm.failure.values()]
    return list(dict.fromkeys([*firm.contract.reasons, *own]))


def plain_hazard(firm: Firm, people: People, here: Ints, month: int) -> Floats:
    """Return the rates of churning of some customers in a month of tenure, without failures."""
    hazard = firm.contract.hazard
    begins = people.joined[here] + month * MONTH * DAY
    shifted = in_force(firm.contract.shift, "hazard", 1.0, begins)
    return hazard[min(month, len(hazard) - 1)] * people.hazard[here] * shifted


def monthly_churn_rates(firm: Firm, people: People, here: Ints, month: int, jump: Bools) -> Rates:
    """Return the rates of churning of some customers in a month of tenure.

    Failures multiply the rate; what they add belongs to their reasons, shared in proportion to
    what each would add alone.
    """
    plain = plain_hazard(firm, people, here, month)
    jumps = np.array([failure.jump for failure in firm.failure.values()])[:, None]
    factors = np.where(jump[:, here], jumps, 1.0)
    added = plain * (factors.prod(axis=0) - 1)
    own = factors - 1
    shares = own / np.where(own.sum(axis=0) > 0, own.sum(axis=0), 1.0)
    names, weights = reasons(firm), firm.contract.reasons
    by_reason = np.zeros((len(names), len(here)))
    for name, weight in weights.items():
        by_reason[names.index(name)] += plain * weight / sum(weights.values())
    for share, failure in zip(shares, firm.failure.values(), strict=True):
        by_reason[names.index(failure.reason)] += added * share
    return Rates(by_reason, by_reason.sum(axis=0))


def draw_churn(rng: np.random.Generator, churn_rates: Rates, begins: Ints) -> tuple[Ints, Ints]:
    """Draw who leaves in a month, when and why.

    Returns:
        Moment of leaving (seconds since 1970; `STAYS` where they stay) and reason, by place.
    """
    goes = rng.random(len(begins)) < churn_rates.probability
    at = begins + (rng.random(len(begins)) * MONTH * DAY).astype(np.int64)
    edges = churn_rates.by_reason.cumsum(axis=0)
    drawn = rng.random(len(begins)) * churn_rates.total
    reason = (drawn[None, :] >= edges).sum(axis=0).clip(max=len(edges) - 1)
    return np.where(goes, at, STAYS), reason.astype(np.int64)


def add_truth(
    truth: HazardTruth, firm: Firm, people: People, churn_rates: Rates, *, here: Ints, month: int
) -> None:
    """Add the customers under contract who are observed for the whole month."""
    whole = people.joined[here] + (month + 1) * MONTH * DAY <= seconds(firm.as_of)
    counted = whole & people.under_contract[here]
    segment = people.segment[here][counted]
    size = len(firm.segment)
    truth.at_risk[:, month] += np.bincount(segment, minlength=size)
    share = churn_rates.by_reason / np.where(churn_rates.total > 0, churn_rates.total, 1.0)
    for place, expected in enumerate((share * churn_rates.probability)[:, counted]):
        truth.expected[:, month, place] += np.bincount(segment, expected, minlength=size)
