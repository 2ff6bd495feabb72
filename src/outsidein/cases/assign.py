"""Giving a case to a person or a team, with a notice to whoever gets it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import Actor
from outsidein.cases.notices import Notice, Post
from outsidein.cases.queue import CaseRow, find_case, set_owner, set_team
from outsidein.errors import UnknownName


def assign_case(
    session: Session,
    number: int,
    owner: str,
    *,
    actor: Actor,
    teams: Mapping[str, Team],
    post: Post,
    now: datetime,
) -> None:
    """Give a case to a member of its team, who gets a notice unless they took it themselves.

    Raises:
        InputError: The owner is no member, or the actor may not give it.
    """
    name = find_case(session, number).team
    if name not in teams:
        raise UnknownName("team", name, teams)
    set_owner(session, number, owner, actor=actor, at=now, team=teams[name])
    if owner != actor.name:
        case = find_case(session, number)
        post(session, _given_notice(case, teams[name], owner, by=actor.name, now=now))


def hand_case_over(
    session: Session,
    number: int,
    to: str,
    *,
    actor: Actor,
    reason: str,
    teams: Mapping[str, Team],
    post: Post,
    now: datetime,
) -> None:
    """Hand a case to another team, whose lead gets a notice.

    Raises:
        InputError: There is no such team, no reason, or the actor may not.
    """
    set_team(session, number, to, actor=actor, at=now, reason=reason, teams=dict(teams))
    case, team = find_case(session, number), teams[to]
    post(session, _given_notice(case, team, team.lead, by=actor.name, now=now))


def _given_notice(case: CaseRow, team: Team, to: str, *, by: str, now: datetime) -> Notice:
    """Word the notice that a case was given to somebody; each time it is given has its own key."""
    return Notice(
        key=f"case:{case.number}:given:{case.events}",
        kind="case_given",
        to=team.address(to),
        subject=f"Case {case.number}: {case.issue}",
        body=f"{by} gave it to you. Respond by {team.local(case.due_at)}.",
        about=f"case:{case.number}",
        due_at=now,
        asks=team.reader(to),
    )
