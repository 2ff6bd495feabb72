"""Accepting a case: taking ownership and acknowledging it."""

from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.queue import set_owner
from outsidein.cases.work import CaseWork
from outsidein.errors import InputError


def accept_case(work: CaseWork) -> None:
    """Take ownership of a case and acknowledge it, unless it was acknowledged before.

    Raises:
        InputError: The actor is not of its team, has accepted it before, or somebody else works
            on it and the actor does not lead the team.
    """
    case, name = work.case, work.actor.name
    is_begun = case.begun_at is not None
    if is_begun and case.owner == name and case.state != CaseState.RECEIVED:
        raise InputError(f"Case {case.number} is already yours.")
    if is_begun and case.owner not in (None, name) and case.team not in work.actor.leads:
        raise InputError(
            f"Case {case.number} belongs to {case.owner}, who has started on it. "
            "The team's lead can reassign it."
        )
    set_owner(work.session, case.number, name, actor=work.actor, at=work.now, team=work.team)
    if case.state == CaseState.RECEIVED:
        work.add(EventKind.ACKNOWLEDGE)
