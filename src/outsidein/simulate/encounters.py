"""Encounters of a month: deliveries, visits, calls, and the complaints that failures cause."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from outsidein.simulate.column_buffer import Bools, ColumnBuffer, Columns, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.memory import Memory
from outsidein.simulate.people import DAY, People, draw_categories, draw_unit, seconds
from outsidein.simulate.standards import draw_patience, draw_waits, kept

HOUR = 3600
PROMISED_DAYS = 3
"""Deliveries are promised for the end of the third day after the order."""

NOTICED = MONTH * DAY - 4 * HOUR
"""What happens later in a month of tenure belongs to the next (seconds from its beginning)."""

ROUNDS = 3
"""So many calls in a row one failure can cause."""

KIND_NUMBERS = 1_000_000_000
"""Numbers that each kind of encounter has in a block: deliveries, visits, calls, complaints."""

NOBODY = -1
"""No cause, no unit, no playbook."""


@dataclass
class Systems:
    """What the firm's systems write down, by kind of encounter; numbers are unique in a block."""

    deliveries: ColumnBuffer
    visits: ColumnBuffer
    calls: ColumnBuffer
    complaints: ColumnBuffer

    @classmethod
    def empty(cls, first: int) -> "Systems":
        """Nothing yet; `first` is the number of the block's first encounter."""
        systems = cls(*(ColumnBuffer(first=first + kind * KIND_NUMBERS) for kind in range(4)))
        none, nothing = np.zeros(0, np.int64), np.zeros(0, np.bool_)
        calls = dict.fromkeys(("who", "at", "unit", "wait", "duration", "cause", "agent"), none)
        systems.calls.add(**calls, resolved=nothing, gone=nothing)
        complaints = dict.fromkeys(("who", "at", "cause", "playbook"), none)
        systems.complaints.add(**complaints, recovered=nothing)
        return systems


class Month(NamedTuple):
    """What the encounters of one month need to know.

    Attributes:
        firm: What the firm is like.
        rng: Chance.
        people: The customers of the block.
        begins: When the month of tenure begins, for every customer of the block.
        ends: Until when each counts: the month's end, or when they leave.
        memory: Failures met.
        systems: Where encounters are written down.
    """

    firm: Firm
    rng: np.random.Generator
    people: People
    begins: Ints
    ends: Ints
    memory: Memory
    systems: Systems

    def is_past(self, at: Ints) -> Bools:
        """Whether something happens before the firm's last day."""
        return np.asarray(at < seconds(self.firm.as_of))


def encounters_of_month(month: Month, orders: Columns, here: Ints) -> None:
    """Draw all encounters of a month of tenure and write them down."""
    delivers = np.array([channel.delivers for channel in month.firm.channel.values()])
    delivered = delivers[orders["channel"]]
    _deliver(month, {name: column[delivered] for name, column in orders.items()})
    _visit(month, {name: column[~delivered] for name, column in orders.items()})
    _call(month, here)


def _deliver(month: Month, orders: Columns) -> None:
    firm, rng, who, at = month.firm, month.rng, orders["who"], orders["at"]
    unit = month.people.depot[who]
    promised = (at // DAY + PROMISED_DAYS + 1) * DAY - 1
    late = rng.random(len(who)) >= kept(firm, unit, at)
    early = (rng.random(len(who)) * 1.5 * DAY).astype(np.int64)
    over = rng.geometric(0.4, len(who)) * DAY - (rng.random(len(who)) * 0.6 * DAY).astype(np.int64)
    actual = np.where(late, promised + over, promised - early)
    seen = month.is_past(actual)
    who, late, actual = who[seen], late[seen], actual[seen]
    numbers = month.systems.deliveries.add(
        who=who,
        order=orders["number"][seen],
        promised=promised[seen],
        at=actual,
        unit=unit[seen],
    )
    _note(month, who, actual, numbers)
    _fail(month, "late_delivery", who[late], actual[late], numbers[late])


def _visit(month: Month, orders: Columns) -> None:
    firm, who, at = month.firm, orders["who"], orders["at"]
    unit = month.people.store[who]
    wait = draw_waits(firm, month.rng, unit, at)
    numbers = month.systems.visits.add(who=who, order=orders["number"], at=at, unit=unit, wait=wait)
    _note(month, who, at, numbers)
    failure = firm.failure.get("long_wait")
    if failure and failure.limit:
        long = wait > failure.limit
        _fail(month, "long_wait", who[long], at[long], numbers[long])


def _call(month: Month, here: Ints) -> None:
    """Calls that no failure caused."""
    rng, people = month.rng, month.people
    mean = np.array([one.calls for one in month.firm.segment.values()])[people.segment[here]]
    who = np.repeat(here, rng.poisson(mean))
    at = month.begins[who] + (rng.random(len(who)) * MONTH * DAY).astype(np.int64)
    kept_calls = at < month.ends[who]
    who, at = who[kept_calls], at[kept_calls]
    _take_calls(month, who, at, np.full(len(who), NOBODY, np.int64))


def _take_calls(month: Month, who: Ints, at: Ints, cause: Ints, round_: int = 1) -> None:
    firm, rng = month.firm, month.rng
    if not len(who):
        return
    unit = draw_unit(firm, rng, "call", len(who))
    resolved = rng.random(len(who)) < kept(firm, unit, at)
    duration = np.rint(60 + rng.gamma(2.0, 120.0, len(who))).astype(np.int64)
    wait = draw_waits(firm, rng, unit, at)
    agent = unit * 100 + rng.integers(0, 12, len(who))
    gone = np.zeros(len(who), np.bool_)
    if firm.patience:
        patience = draw_patience(firm.patience, rng, len(who))
        gone = patience < wait
        wait = np.where(gone, np.floor(patience), wait).astype(np.int64)
    resolved &= ~gone
    numbers = month.systems.calls.add(
        who=who, at=at, unit=unit, wait=wait, duration=np.where(gone, 0, duration),
        resolved=resolved, gone=gone, cause=cause, agent=agent,
    )  # fmt: skip
    _note(month, who, at, numbers)
    bad = ~resolved
    _fail(month, "unresolved_call", who[bad], at[bad], numbers[bad], round_=round_)


def _fail(month: Month, kind: str, who: Ints, at: Ints, numbers: Ints, *, round_: int = 0) -> None:
    """Let a failure have its consequences: complaint, recovery, calls, memory."""
    failure = next(
        (declared for name, declared in month.firm.failure.items() if name == kind), None
    )
    if failure is None or not len(who):
        return
    present = at < month.ends[who]
    later = at >= month.begins[who] + NOTICED
    recovered = _complain(month, failure.complaint, who, at, numbers)
    place = list(month.firm.failure).index(kind)  # type: ignore[arg-type]
    counts = present | (later & (month.ends[who] >= month.begins[who] + MONTH * DAY))
    month.memory.meet(place, who[counts], recovered=recovered[counts], later=later[counts])
    if round_ < ROUNDS:
        calls = month.rng.random(len(who)) < failure.call
        again = at + (month.rng.exponential(1.5 * DAY, len(who))).astype(np.int64) + HOUR
        calls &= month.is_past(again)
        _take_calls(month, who[calls], again[calls], numbers[calls], round_ + 1)


def _complain(month: Month, share: float, who: Ints, at: Ints, numbers: Ints) -> Bools:
    """Write complaints down, each answered by a playbook drawn at random.

    Returns:
        Which of the failures the customer was recovered from.
    """
    rng, playbooks = month.rng, list(month.firm.playbook.values())
    complained_at = at + (rng.exponential(1.0 * DAY, len(who))).astype(np.int64) + HOUR
    complains = (rng.random(len(who)) < share) & month.is_past(complained_at)
    playbook = np.full(len(who), NOBODY, np.int64)
    recovery = np.zeros(len(who))
    if playbooks:
        playbook = draw_categories(rng, [one.share for one in playbooks], len(who))
        recovery = np.array([one.recovery for one in playbooks])[playbook]
    recovered = complains & (rng.random(len(who)) < recovery)
    month.systems.complaints.add(
        who=who[complains],
        at=complained_at[complains],
        cause=numbers[complains],
        playbook=playbook[complains],
        recovered=recovered[complains],
    )
    return np.asarray(recovered)


def _note(month: Month, who: Ints, at: Ints, numbers: Ints) -> None:
    """Remember each customer's last encounter within the month."""
    inside = at < month.begins[who] + NOTICED
    order = np.argsort(at[inside], kind="stable")
    month.memory.last[who[inside][order]] = numbers[inside][order]
