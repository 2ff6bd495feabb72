"""Assigning a case to a person or a team, with a notice to the new owner."""

from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import DISASTER
from outsidein.cases.notices import Notice
from outsidein.cases.queue import set_owner, set_team
from outsidein.cases.work import CaseWork


def assign_case(work: CaseWork, owner: str) -> None:
    """Assign a case to a member of its team, who gets a notice unless they took it themselves.

    Raises:
        InputError: The owner is no member, or the actor may not assign it.
    """
    set_owner(work.session, work.number, owner, actor=work.actor, at=work.now, team=work.team)
    if owner != work.actor.name:
        work.post(_assigned_notice(work, work.team, owner))


def hand_case_over(work: CaseWork, to: str, *, reason: str) -> None:
    """Hand a case over to another team, whose lead gets a notice.

    Raises:
        InputError: There is no such team, no reason, or the actor may not.
    """
    set_team(
        work.session,
        work.number,
        to,
        actor=work.actor,
        at=work.now,
        reason=reason,
        teams=work.teams,
    )
    work.post(_assigned_notice(work, work.team, work.team.lead))


def _assigned_notice(work: CaseWork, team: Team, to: str) -> Notice:
    """Write the notice to the new owner; its key is new each time."""
    case = work.case
    return Notice(
        key=f"case:{case.number}:given:{case.events}",
        kind="case_given",
        to=team.address(to),
        subject=f"Case {case.number}: {case.issue}",
        body=f"{work.actor.name} assigned this case to you. Respond by {team.local(case.due_at)}.",
        about=f"case:{case.number}",
        due_at=work.now,
        asks=team.reader(to),
        team=case.team,
        is_urgent=case.severity >= DISASTER,
    )
