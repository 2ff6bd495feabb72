"""Accepting a case: taking ownership and acknowledging it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from outsidein.cases.declaration import Team
from outsidein.cases.events import happen
from outsidein.cases.lifecycle import Actor, Kind, State
from outsidein.cases.queue import assign, one
from outsidein.errors import InputError, UnknownName


def accept_case(
    session: Session, number: int, *, actor: Actor, teams: Mapping[str, Team], now: datetime
) -> None:
    """Take ownership of a case and acknowledge it, unless it was acknowledged before.

    Raises:
        InputError: The actor is not of its team, has accepted it before, or somebody else works
            on it and the actor does not lead the team.
    """
    case = one(session, number)
    is_begun = case.begun_at is not None
    if is_begun and case.owner == actor.name and case.state != State.RECEIVED:
        raise InputError(f"Case {number} is yours already.")
    if is_begun and case.owner not in (None, actor.name) and case.team not in actor.leads:
        raise InputError(f"Case {number} is {case.owner}'s, who is at it; the lead can give it.")
    if case.team not in teams:
        raise UnknownName("team", case.team, teams)
    assign(session, number, actor.name, actor=actor, at=now, team=teams[case.team])
    if case.state == State.RECEIVED:
        happen(session, number, Kind.ACKNOWLEDGE, actor=actor, at=now)
