"""Accepting a case: taking ownership and acknowledging it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import Actor, CaseState, EventKind
from outsidein.cases.queue import find_case, set_owner
from outsidein.errors import InputError, UnknownName


def accept_case(
    session: Session, number: int, *, actor: Actor, teams: Mapping[str, Team], now: datetime
) -> None:
    """Take ownership of a case and acknowledge it, unless it was acknowledged before.

    Raises:
        InputError: The actor is not of its team, has accepted it before, or somebody else works
            on it and the actor does not lead the team.
    """
    case = find_case(session, number)
    is_begun = case.begun_at is not None
    if is_begun and case.owner == actor.name and case.state != CaseState.RECEIVED:
        raise InputError(f"Case {number} is already yours.")
    if is_begun and case.owner not in (None, actor.name) and case.team not in actor.leads:
        raise InputError(
            f"Case {number} belongs to {case.owner}, who has started on it. "
            "The team's lead can reassign it."
        )
    if case.team not in teams:
        raise UnknownName("team", case.team, teams)
    set_owner(session, number, actor.name, actor=actor, at=now, team=teams[case.team])
    if case.state == CaseState.RECEIVED:
        add_event(session, number, EventKind.ACKNOWLEDGE, actor=actor, at=now)
