"""Closing a case: every step that it has not taken yet, in one transaction."""

from collections.abc import Sequence

from outsidein.cases.accept import accept_case
from outsidein.cases.conclusions import record_cause, record_verdict
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.work import CaseWork

PATH = {
    CaseState.ACKNOWLEDGED: EventKind.ACKNOWLEDGE,
    CaseState.ASSESSED: EventKind.ASSESS,
    CaseState.RESPONDED: EventKind.RESPOND,
    CaseState.COMMUNICATED: EventKind.COMMUNICATE,
    CaseState.CLOSED: EventKind.CLOSE,
}
"""The states that closing leads through, and their events; investigation is optional."""


def close_case(
    work: CaseWork, *, note: str = "", cause: str = "", verdict: str = "", causes: Sequence[str]
) -> None:
    """Close a case and record its conclusions; take ownership first if it is unassigned.

    Args:
        work: On the case.
        note: Kept with the last step.
        cause: The root cause; none is recorded if empty.
        verdict: What the customer says of it; none is recorded if empty.
        causes: Those to choose from; any may be recorded if empty.

    Raises:
        InputError: The actor may not, the cause is none of `causes`, the verdict is none, or the
            case is closed.
    """
    case = work.case
    if case.owner is None and case.closed_at is None:
        accept_case(work)
    if cause:
        record_cause(work.session, work.number, cause, actor=work.actor, at=work.now, causes=causes)
    for kind in _remaining_steps(work.case.state):
        work.add(kind, {"note": note} if note and kind == EventKind.CLOSE else {})
    if verdict:
        record_verdict(work.session, work.number, verdict, actor=work.actor, at=work.now)


def _remaining_steps(state: CaseState) -> list[EventKind]:
    """Return the steps from a state to the end; a closed case refuses the last."""
    states = list(PATH)
    reached = CaseState.ASSESSED if state == CaseState.INVESTIGATED else state
    start = states.index(reached) + 1 if reached in PATH else 0
    return [PATH[step] for step in states[start:]] or [EventKind.CLOSE]
