"""Whose cases a visitor sees, and under which name they work on them."""

from http import HTTPStatus

from fastapi import HTTPException

from outsidein.access.rights import Right
from outsidein.web.site import Visit
from outsidein.workspace.cases import Cases

MOST = 2**31 - 1
"""Largest number that a store gives to a case."""


def visible_teams(visit: Visit) -> tuple[str, ...] | None:
    """Return the teams whose cases a visitor sees; None for all."""
    if visit.may(Right.WORK_ALL_CASES):
        return None
    return tuple(sorted(visit.person.teams)) if visit.person else ()


def check_team(visit: Visit, team: str) -> None:
    """Refuse a visitor who does not work for a team.

    Raises:
        HTTPException: They may not see its cases.
    """
    teams = visible_teams(visit)
    if teams is not None and team not in teams:
        raise HTTPException(HTTPStatus.FORBIDDEN)


def cases_of(visit: Visit) -> Cases:
    """Return the cases, for what a visitor may do to them.

    Who may work on cases of all teams may do in each what its lead may; others work for the teams
    that an administrator put them into, whether `teams.toml` names them or not.
    """
    cases = visit.project.cases
    if visit.may(Right.WORK_ALL_CASES):
        return cases.of_all_teams
    return cases.of_teams(visit.person.teams) if visit.person else cases


def member_of(visit: Visit, team: str | None = None) -> str:
    """Return the name under which a visitor works on cases of a team."""
    if visit.person is None:
        return visit.by
    cases, person = visit.project.cases, visit.person
    return cases.member(address=person.email, name=person.name, team=team)
