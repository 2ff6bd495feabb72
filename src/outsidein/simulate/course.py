"""The course of a block of customers, month of tenure by month."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from outsidein.simulate.column_buffer import ColumnBuffer, Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.encounters import Month, Systems, encounters_of_month
from outsidein.simulate.hazards import (
    STAYS,
    HazardTruth,
    add_truth,
    draw_churn,
    monthly_churn_rates,
    plain_hazard,
)
from outsidein.simulate.memory import Memory
from outsidein.simulate.people import DAY, People, people, seconds
from outsidein.simulate.purchases import orders_of_month
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.surveys import invited
from outsidein.simulate.treatments import Treatments, treatments

NUMBERS = 10_000_000_000
"""Numbers that each block has for its encounters; orders and invitations have as many."""


@dataclass(frozen=True, eq=False)
class Course:
    """Everything that happened to the customers of a block.

    Attributes:
        people: Who they are.
        treatments: What they were randomised to.
        left_at: When each churned (seconds since 1970); `STAYS` where they did not.
        reason: Why, by place among the firm's reasons; of no meaning where they stay.
        orders: `number`, `who`, `at`, `channel`.
        invitations: See `surveys.invited`.
        systems: Encounters, as written down.
        hazards: True probabilities of leaving of those who were at risk.
        jumps: Sums of hazards with and without failures (rows), by segment.
    """

    people: People
    treatments: Treatments
    left_at: Ints
    reason: Ints
    orders: dict[str, Any]
    invitations: dict[str, Any]
    systems: Systems
    hazards: HazardTruth
    jumps: Floats


def course(firm: Firm, *, seed: int, block: int, first: int, size: int) -> Course:
    """Simulate a block of customers from their first day to the firm's last.

    Args:
        firm: What the firm is like.
        seed: Of the whole simulation.
        block: Number of the block, from 0.
        first: Number of its first customer.
        size: Its customers (count).
    """
    everyone = people(firm, seed=seed, block=block, first=first, size=size)
    done = treatments(firm, everyone, seed=seed, block=block)
    leaving, buying, meeting, asking = (
        stream(seed, process, block)
        for process in (Process.LEAVING, Process.PURCHASES, Process.ENCOUNTERS, Process.SURVEYS)
    )
    memory, systems = Memory.empty(firm, size), Systems.empty(block * NUMBERS)
    orders, invitations = ColumnBuffer(first=block * NUMBERS), ColumnBuffer(first=block * NUMBERS)
    left_at, reason = np.full(size, STAYS), np.zeros(size, np.int64)
    hazards, last = HazardTruth.empty(firm), seconds(firm.as_of)
    jumps = np.zeros((2, len(firm.segment)))
    for number in range(firm.months):
        begins = everyone.joined + number * MONTH * DAY
        here = np.flatnonzero((left_at == STAYS) & (begins < last))
        memory.begin_month()
        churn_rates = monthly_churn_rates(firm, everyone, here, number, memory.raised)
        add_truth(hazards, firm, everyone, churn_rates, here=here, month=number)
        jumps += _jumps(firm, everyone, here, churn_rates.total, number)
        left_at[here], reason[here] = draw_churn(leaving, churn_rates, begins[here])
        left_at[here[left_at[here] >= last]] = STAYS
        ends = np.minimum(np.minimum(left_at, begins + MONTH * DAY), last)
        span = {"here": here, "begins": begins, "ends": ends}
        bought = orders_of_month(firm, buying, everyone, done, **span)
        bought["number"] = orders.add(**bought)
        month = Month(firm, meeting, everyone, begins, ends, memory, systems)
        encounters_of_month(month, bought, here)
        invitations.add(**invited(firm, asking, everyone, memory, **span))
    return Course(
        everyone, done, left_at, reason, orders.columns(), invitations.columns(), systems,
        hazards, jumps,
    )  # fmt: skip


def _jumps(firm: Firm, everyone: People, here: Ints, total: Any, number: int) -> Any:  # noqa: ANN401
    """Sums of hazards with and without failures, by segment."""
    plain = plain_hazard(firm, everyone, here, number)
    segment, size = everyone.segment[here], len(firm.segment)
    return np.array([np.bincount(segment, each, minlength=size) for each in (total, plain)])
