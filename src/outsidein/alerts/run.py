"""A run of the alerts: live rules on what is new, then clocks and capacity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.orm import Session

from outsidein.alerts.firing import FiringCounts
from outsidein.alerts.loop import LoopFiles
from outsidein.alerts.rule_progress import live_rules
from outsidein.cases.acknowledgement import (
    ENDING,
    ContactRoute,
    ResponseCounts,
    report_undelivered,
    send_minimum_responses,
    unacknowledged_cases,
)
from outsidein.cases.capacity import let_lapse
from outsidein.cases.escalation import escalate_overdue
from outsidein.cases.links import MergeCounts
from outsidein.cases.notices import Outlets
from outsidein.cases.queue import CaseRow
from outsidein.delivery.delivery_list import given_up_subjects
from outsidein.store.batches import Batch
from outsidein.store.row_work import RowFailure

if TYPE_CHECKING:  # it loads the engine
    from outsidein.alerts.live_rules import FiredRules

AT_ONCE = 500
"""Cases answered in one transaction."""

LATELY = timedelta(days=1)
"""A minimum response that was given up is reported within this time, or not at all."""

NONE_FIRED = FiringCounts()

FireRules = Callable[[], "tuple[FiredRules, MergeCounts]"]
"""Finds whose open cases are now, and fires the rules on what is new."""

SendNotices = Callable[[int], int]
"""Writes at most so many mails to staff, and returns how many."""

FindWays = Callable[[Sequence[CaseRow]], Mapping[int, ContactRoute]]
"""Finds how the customers of cases can be written to."""


class RunResult(NamedTuple):
    """What a run did.

    Attributes:
        fired: Per live rule that could be run, by name.
        failures: Why the other live rules could not, by name.
        reconciled: What merges and unmerges meant for open cases.
        acknowledged: Complaints and disasters beyond capacity, answered with the minimum (count).
        left: Others of these whose customer could not or may not be written to (count).
        escalated: Overdue cases escalated (count).
        lapsed: Others that lapsed (count).
        mails: Mails written, to staff and customers (count).
    """

    fired: Mapping[str, FiringCounts]
    failures: Mapping[str, RowFailure]
    reconciled: MergeCounts
    acknowledged: int
    left: int
    escalated: int
    lapsed: int
    mails: int

    @property
    def alerts(self) -> int:
        """How many alerts fired (count)."""
        return sum(fired.alerts for fired in self.fired.values())

    @property
    def work(self) -> int:
        """How much there was to do (count)."""
        done = self.acknowledged + self.left + self.escalated + self.lapsed
        return self.alerts + done + self.mails - self.acknowledged


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """What clocks and capacity are kept with.

    Attributes:
        files: Rules, teams and playbooks.
        batch: Opens a transaction on the store.
        outlets: Outbox and audit.
        now: When (aware).
        by: Who runs them, for the audit.
    """

    files: LoopFiles
    batch: Batch
    outlets: Outlets
    now: datetime
    by: str


def run_alerts(
    clocks: Clocks,
    *,
    fire_rules: FireRules,
    find_ways: FindWays,
    send_notices: SendNotices,
    is_new: bool,
) -> RunResult:
    """Fire live rules on what is new, escalate what is overdue, answer what is beyond capacity.

    Args:
        clocks: What clocks and capacity are kept with.
        fire_rules: Called where something is new.
        find_ways: Called where a case is to be answered.
        send_notices: Writes the mails to staff that are due.
        is_new: Whether the snapshot or a file of the loop changed since the last run.
    """
    if is_new:
        (fired, failures), reconciled = fire_rules()
    else:
        fired, failures = dict.fromkeys(live_rules(clocks.files.rules), NONE_FIRED), {}
        reconciled = MergeCounts(0, 0, 0)
    escalated = _escalate(clocks)
    answered = _answer(clocks, find_ways, anew=is_new)
    left = answered.left + _report_undelivered(clocks)
    lapsed = _let_lapse(clocks)
    mails = send_notices(clocks.files.mail.per_run - answered.acknowledged)
    return RunResult(
        fired=fired,
        failures=failures,
        reconciled=reconciled,
        acknowledged=answered.acknowledged,
        left=left,
        escalated=escalated,
        lapsed=lapsed,
        mails=mails + answered.acknowledged,
    )


def _escalate(clocks: Clocks) -> int:
    """Escalate what is overdue, until nothing more is."""
    escalated, raised = 0, -1
    while raised:
        with clocks.batch() as session:
            raised = escalate_overdue(
                session,
                clocks.files.teams,
                outlets=clocks.outlets,
                now=clocks.now,
                by=clocks.by,
            )
        escalated += raised
    return escalated


def _answer(clocks: Clocks, find_ways: FindWays, *, anew: bool) -> ResponseCounts:
    """Answer with the minimum what lies beyond capacity, where that is permitted."""
    with clocks.batch() as session:
        cases = _unanswered(session, clocks, anew=anew)[: clocks.files.mail.per_run]
    if not cases:
        return ResponseCounts(0, 0)
    ways = find_ways(cases)
    total = ResponseCounts(0, 0)
    for start in range(0, len(cases), AT_ONCE):
        with clocks.batch() as session:
            answered = send_minimum_responses(
                session,
                cases[start : start + AT_ONCE],
                clocks.files.teams,
                playbooks=clocks.files.playbooks,
                ways=ways,
                outlets=clocks.outlets,
                now=clocks.now,
                by=clocks.by,
                unreadable=clocks.files.unreadable,
            )
        total = ResponseCounts(*(a + b for a, b in zip(total, answered, strict=True)))
    return total


def _unanswered(session: Session, clocks: Clocks, *, anew: bool) -> list[CaseRow]:
    return [
        case
        for name, team in sorted(clocks.files.teams.items())
        for case in unacknowledged_cases(session, name, team, now=clocks.now, anew=anew)
    ]


def _report_undelivered(clocks: Clocks) -> int:
    """Record with cases that their minimum response was given up lately."""
    with clocks.batch() as session:
        about = given_up_subjects(session, ending=ENDING, since=clocks.now - LATELY)
        numbers = [int(case.removeprefix("case:")) for case in about]
        return report_undelivered(
            session,
            numbers,
            clocks.files.teams,
            outlets=clocks.outlets,
            now=clocks.now,
            by=clocks.by,
        )


def _let_lapse(clocks: Clocks) -> int:
    """Let cases lapse that may."""
    lapsed = 0
    for name, team in sorted(clocks.files.teams.items()):
        with clocks.batch() as session:
            lapsed += let_lapse(
                session, name, team, record=clocks.outlets.record, now=clocks.now, by=clocks.by
            )
    return lapsed
