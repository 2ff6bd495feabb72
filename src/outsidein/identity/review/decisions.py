"""Decisions on pairs of records, and which of them are in force."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

import ibis
import pyarrow as pa
from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from outsidein.errors import InputError
from outsidein.identity.model import IdentityDecision
from outsidein.identity.records.pairs import PAIR, Pair, RecordKey

MOST_AT_ONCE = 100_000
"""More decisions than this are not one person's act."""

FEW = 200
"""Up to so many pairs are looked up one by one; for more, all decisions are read."""

DECISIONS = ibis.schema(
    {
        "decision": "!int64",
        "kind": "!string",
        "source": "!string",
        "record_id": "!string",
        "to_source": "!string",
        "to_record_id": "!string",
        "by": "!string",
        "at": "!timestamp('UTC', 6)",
    }
)
"""Grain: one row per pair of records that a decision in force joins or keeps apart; `decision`
is its number in the store, the later the higher."""


class DecisionKind(StrEnum):
    """What is decided of two records."""

    ALWAYS = "always"  # they are one customer, whatever the evidence
    NEVER = "never"  # they are not
    REVOKE = "revoke"  # the last decision on them is taken back
    POSTPONE = "postpone"  # nobody is asked about them until a day


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to be recorded."""

    kind: DecisionKind
    pair: Pair
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it was recorded; `number` tells the order."""

    number: int
    kind: DecisionKind
    pair: Pair
    by: str
    at: datetime
    reason: str
    until_on: date | None = None


def record_decisions(
    session: Session, choices: Sequence[NewDecision], *, by: str, at: datetime, reason: str
) -> int:
    """Add decisions to the store, all or none, in the order given.

    A verdict (`always` or `never`) that is in force already is not added again.

    Args:
        session: The transaction they become part of.
        choices: What is decided of which pair.
        by: Who decided.
        at: When (aware).
        reason: Why, for those who ask later.

    Returns:
        How many were added (count).

    Raises:
        InputError: Nobody or no reason is named, a pair to revoke has no decision in force, a
            postponed one has a verdict, or its day is not ahead.
    """
    if not by.strip() or not reason.strip():
        raise InputError("A decision needs somebody who takes it and a reason.")
    if at.tzinfo is None:
        raise InputError("A decision needs a moment with its time zone.")
    if len(choices) > MOST_AT_ONCE:
        raise InputError(
            f"{len(choices):,} decisions at once are too many ({MOST_AT_ONCE:,} at most); "
            "name larger parts."
        )
    few = {choice.pair for choice in choices} if len(choices) <= FEW else ()
    stacks = _stacks(list_decisions(session, of=few))
    added = [choice for choice in choices if _add(stacks, choice, day=at.date())]
    rows = [
        {
            "kind": choice.kind.value,
            **choice.pair.columns,
            "by": by,
            "at": at,
            "reason": reason,
            "until_on": choice.until_on,
        }
        for choice in added
    ]
    if rows:
        session.execute(insert(IdentityDecision), rows)
    return len(rows)


def list_decisions(session: Session, *, of: Collection[Pair] = ()) -> list[Decision]:
    """Return decisions in the order they were taken.

    Args:
        session: A transaction on the store.
        of: Pairs whose decisions are wanted; all when not said.
    """
    columns = IdentityDecision.__table__.columns
    query = select(*columns).order_by(columns["id"])
    if of:
        keys = tuple_(*(columns[name] for name in PAIR))
        query = query.where(keys.in_([tuple(key.columns.values()) for key in of]))
    return [
        Decision(
            row.id,
            DecisionKind(row.kind),
            Pair(RecordKey(row.source, row.record_id), RecordKey(row.to_source, row.to_record_id)),
            row.by,
            row.at,
            row.reason,
            row.until_on,
        )
        for row in session.execute(query)
    ]


def decisions_in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """Fold decisions into those in force: `always` and `never`, at most one per pair.

    The latest on a pair wins. `revoke` takes the last one back, so that the one before it, if
    there was another, is in force again; saying the same twice is saying it once. `postpone`
    is no verdict and touches none.

    Returns:
        Decisions in order of their pairs.
    """
    in_force = []
    for stack in _stacks(decisions).values():
        verdicts = [decision for decision in stack if decision.kind != DecisionKind.POSTPONE]
        in_force.extend(verdicts[-1:])
    return sorted(in_force, key=attrgetter("pair"))


def latest_decisions(decisions: Iterable[Decision]) -> dict[Pair, Decision]:
    """Return the last decision on each pair that was not taken back, postponements included."""
    return {key: stack[-1] for key, stack in _stacks(decisions).items() if stack}


def decisions_table(in_force: Sequence[Decision]) -> pa.Table:
    """Write verdicts as a table.

    Returns:
        `DECISIONS`, in order of the pairs.
    """
    rows = [
        {
            "decision": decision.number,
            "kind": decision.kind.value,
            **decision.pair.columns,
            "by": decision.by,
            "at": decision.at,
        }
        for decision in in_force
    ]
    return pa.Table.from_pylist(rows, schema=DECISIONS.to_pyarrow())


def decisions_hash(in_force: Sequence[Decision]) -> str:
    """Return the sha256 of verdicts, for a build's manifest."""
    rows = decisions_table(in_force).to_pylist()
    text = json.dumps(rows, default=lambda moment: moment.isoformat(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _stacks(decisions: Iterable[Decision]) -> dict[Pair, list[Decision]]:
    """Per pair what was decided and not taken back, the last at the end."""
    stacks: dict[Pair, list[Decision]] = {}
    for decision in sorted(decisions, key=attrgetter("number")):
        _push(stacks.setdefault(decision.pair, []), decision)
    return stacks


def _push(stack: list[Decision], decision: Decision) -> None:
    if stack and decision.kind in (DecisionKind.REVOKE, stack[-1].kind):
        stack.pop()
    if decision.kind != DecisionKind.REVOKE:
        stack.append(decision)


def _add(stacks: dict[Pair, list[Decision]], choice: NewDecision, *, day: date) -> bool:
    """Check a choice against what is in force and count it in; say whether it adds anything."""
    stack = stacks.setdefault(choice.pair, [])
    last = stack[-1].kind if stack else None
    if choice.kind == DecisionKind.REVOKE and last is None:
        raise InputError(f"There is no decision on {choice.pair} to take back.")
    if choice.kind == DecisionKind.POSTPONE:
        _check_postponed(choice, last, day)
    elif choice.until_on is not None:
        raise InputError("Only a postponement ends on a day.")
    elif choice.kind == last:
        return False
    moment = datetime.min  # noqa: DTZ901  stands on the stack of this call only
    _push(stack, Decision(0, choice.kind, choice.pair, "", moment, "", choice.until_on))
    return True


def _check_postponed(choice: NewDecision, last: DecisionKind | None, day: date) -> None:
    if choice.until_on is None or choice.until_on <= day:
        raise InputError(f"Postpone {choice.pair} until a day after {day}.")
    if last in (DecisionKind.ALWAYS, DecisionKind.NEVER):
        raise InputError(f"{choice.pair} are decided already ({last}); revoke that first.")
