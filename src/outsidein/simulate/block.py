"""A simulated block: its course, and what the course leaves open."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from outsidein.simulate.column_buffer import Bools, Ints, select_rows
from outsidein.simulate.course import Course
from outsidein.simulate.declaration import Firm
from outsidein.simulate.encounters import NOBODY
from outsidein.simulate.hazards import STAYS, reasons
from outsidein.simulate.purchases import lines_of
from outsidein.simulate.registers import (
    FIRST_ACCOUNT,
    SECOND_ACCOUNT,
    SECOND_AFTER,
    Persons,
    numbered,
    persons,
)
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.texts import ClauseTable, comments

Tables = dict[str, pa.Table]


@dataclass(frozen=True, eq=False)
class SimulatedBlock:
    """A simulated block with everything that its exports and its truth are made of."""

    firm: Firm
    seed: int
    number: int
    course: Course
    persons: Persons
    lines: dict[str, Any]
    account: Ints
    """The account of each order."""
    comments: dict[str, Any]
    """One element per invitation that was answered."""


def block_of(
    firm: Firm, run: Course, words: ClauseTable, *, seed: int, number: int
) -> SimulatedBlock:
    """Draw what the course leaves open: names, order lines, accounts, words."""
    rng = stream(seed, Process.REGISTERS, number)
    registered = persons(firm, rng, run.people)
    lines = lines_of(firm, stream(seed, Process.LINES, number), run.people, run.orders)
    answered = select_rows(run.invitations, run.invitations["answers"])
    written = comments(
        firm, stream(seed, Process.TEXTS, number), words, answered,
        portuguese=run.people.portuguese[answered["who"]],
    )  # fmt: skip
    return SimulatedBlock(
        firm, seed, number, run, registered, lines, _account(rng, run, registered), written
    )


def _account(rng: np.random.Generator, run: Course, registered: Persons) -> Ints:
    who = run.orders["who"]
    opened = registered.has_second[who] & (
        run.orders["at"] >= run.people.joined[who] + 2 * SECOND_AFTER
    )
    by_second = opened & (rng.random(len(who)) < 0.5)  # noqa: PLR2004  half of them
    digit = np.where(by_second, SECOND_ACCOUNT, FIRST_ACCOUNT)
    return np.asarray(run.people.number[who] * 10 + digit)


def stated_reasons(block: SimulatedBlock) -> Ints:
    """The reason each customer tells, by place; the last place stands for none."""
    rng = stream(block.seed, Process.REGISTERS, 2_000_000 + block.number)
    unsaid = rng.random(len(block.course.reason)) < block.firm.contract.unsaid
    silent = unsaid | (block.course.left_at == STAYS)
    return np.where(silent, len(reasons(block.firm)), block.course.reason)


def is_customer_on(block: SimulatedBlock, at: int) -> Bools:
    """Whether each customer has joined before a moment and not yet left."""
    run = block.course
    return np.asarray((run.people.joined < at) & (run.left_at > at))


def accounts_of(block: SimulatedBlock, who: Ints) -> Ints:
    """First accounts of customers, by place in the block."""
    return numbered(block.course.people, FIRST_ACCOUNT)[who]


def number_or_null(numbers: Ints) -> pa.Array:
    """Numbers of what may not be there."""
    return pa.array(numbers, mask=numbers == NOBODY)


def dates(days: Ints, *, there: Bools | None = None) -> pa.Array:
    """Days since 1970 as dates, null where there is none."""
    return pa.array(days.astype(np.int32), pa.date32(), mask=None if there is None else ~there)
