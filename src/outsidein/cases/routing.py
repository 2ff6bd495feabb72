"""Whose case it is: the unit that answers for the encounter, and the person."""

from collections.abc import Mapping
from typing import NamedTuple

from outsidein.cases.declaration import Team


class Route(NamedTuple):
    """The team of a case, and its owner where one is clear from the start."""

    team: str
    owner: str | None


def route_case(
    teams: Mapping[str, Team],
    *,
    default: str,
    unit: str | None,
    employee: str | None,
    is_kept: bool,
) -> Route:
    """Find the responsible team and person.

    The team that answers for the unit of the encounter, else the rule's own. The employee who was
    there owns the case; but nobody looks into a complaint about their own work, so that complaints
    and disasters go to the lead instead.

    Args:
        teams: As declared.
        default: The rule's team.
        unit: Of the encounter.
        employee: Of the encounter.
        is_kept: Whether it is a complaint or a disaster.
    """
    answering = [name for name, team in teams.items() if unit is not None and unit in team.units]
    team = answering[0] if answering else default
    if employee not in teams[team].members:
        return Route(team, None)
    return Route(team, teams[team].lead if is_kept else employee)
