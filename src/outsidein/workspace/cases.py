"""Cases of a project: listed, accepted, worked on, handed over, closed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from outsidein import workspace
from outsidein.alerts.case_file import CaseFile, case_file
from outsidein.cases.accept import accept_case
from outsidein.cases.assign import assign_case, hand_case_over
from outsidein.cases.capacity import TeamDay, backlog, team_day
from outsidein.cases.close import close_case
from outsidein.cases.conclusions import record_cause, record_verdict
from outsidein.cases.declaration import Team, actor
from outsidein.cases.escalation import escalate_case
from outsidein.cases.lifecycle import Actor, CaseState, CaseStatus, EventKind, possible_steps
from outsidein.cases.membership import member_name
from outsidein.cases.queue import CaseFilter, CaseRow, Cursor, Page, list_cases
from outsidein.cases.snooze import snooze_case, wake_case
from outsidein.cases.ticks import tick_step
from outsidein.cases.work import CaseWork
from outsidein.workspace.workspace import Workspace

if TYPE_CHECKING:  # each loads an engine
    from outsidein.alerts.case_context import CaseCustomer
    from outsidein.figures.figure import Figure


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one project.

    Every verb takes `by`, who acts: the login name if not given.

    Attributes:
        work: The project.
        leads_all: Whether who acts may do in every team what its lead may.
        joined: Teams that who acts works for, besides those that name them in `teams.toml`.
    """

    work: Workspace
    leads_all: bool = False
    joined: frozenset[str] = frozenset()

    @property
    def of_all_teams(self) -> "Cases":
        """The same cases, for somebody who may do in every team what its lead may."""
        return replace(self, leads_all=True)

    def of_teams(self, teams: Collection[str]) -> "Cases":
        """Return the same cases, for somebody who works for some teams without being named there.

        Args:
            teams: Names of the teams; those that are not declared are left out.
        """
        return replace(self, joined=frozenset(teams) & frozenset(self.teams()))

    def list(
        self, wanted: CaseFilter | None = None, *, limit: int = 50, after: Cursor | None = None
    ) -> Page:
        """List cases, highest priority first, then oldest first.

        Args:
            wanted: Which; all open ones if not given.
            limit: Most cases on a page (count).
            after: Where the page before ended.
        """
        with Session(self.work.store) as session:
            return list_cases(session, wanted or CaseFilter(), limit=limit, after=after)

    def day(self, team: str) -> TeamDay:
        """Return what a team can do today, and how much is beyond its capacity.

        Raises:
            UnknownName: There is no such team.
        """
        declared = self.work.loop().team(team)
        with Session(self.work.store) as session:
            return team_day(session, team, declared, now=self.work.clock())

    def backlog(self, team: str) -> Iterator[CaseRow]:
        """Yield the complaints and disasters beyond a team's capacity, highest priority first."""
        declared = self.work.loop().team(team)
        with Session(self.work.store) as session:
            yield from backlog(session, team, declared, now=self.work.clock())

    def show(self, number: int) -> CaseFile:
        """Return a case with its alerts, events, linked cases and playbooks.

        Raises:
            UnknownName: There is no such case.
        """
        with Session(self.work.store) as session:
            return case_file(session, number, self.work.loop())

    def teams(self) -> Mapping[str, Team]:
        """Return the declared teams, by name."""
        return self.work.loop().teams

    def issues(self) -> Sequence[str]:
        """Return the issues that alert rules open cases on."""
        return sorted({r.issue for r in self.work.loop().rules.values() if not r.delight})

    def member(self, *, address: str, name: str, team: str | None = None) -> str:
        """Return the name under which a person works on cases, to be passed as `by`.

        Args:
            address: Mail address of the person.
            name: Of the person, who is a member of no team where nobody has the address.
            team: Looked at before other teams.
        """
        return member_name(self.teams(), address=address, name=name, team=team)

    def possible_steps(self, case: CaseRow, *, by: str) -> Sequence[EventKind]:
        """Return the steps that somebody may take next on a case."""
        status = CaseStatus(case.state, case.is_kept, case.team, case.owner)
        return possible_steps(status, self._actor(by))

    def customer(self, number: int, *, is_masked: bool, by: str | None = None) -> "CaseCustomer":
        """Return what the current snapshot says about a case's customer; the view is audited.

        Args:
            number: Of the case.
            is_masked: Whether names and contact data are left out, and texts masked.
            by: Who looks; the login name if not given.

        Raises:
            UnknownName: There is no such case.
            NothingBuilt: Nothing was built or published yet.
        """
        file = self.show(number)
        customer = workspace.alert_engine.customer_of_case(self.work, file)
        about = f"customer:{customer.customer_id or file.case.about}"
        details = {"case": number, "masked": is_masked}
        with self.work.acts.act("customer.viewed", about, by=by, details=details):
            return customer.masked() if is_masked else customer

    def figures(self) -> "tuple[Figure, ...]":
        """Return the figures of the report's section on cases, as the store has them now."""
        return workspace.alert_engine.case_figures(self.work)

    def assign(self, number: int, owner: str, *, by: str | None = None) -> None:
        """Assign a case to a member of its team; any member may take it.

        Raises:
            InputError: The owner is no member, or the actor may not assign it.
        """
        with self._work("assign", number, by, {"owner": owner}) as work:
            assign_case(work, owner)

    def accept(self, number: int, *, by: str | None = None) -> None:
        """Take ownership of a case and acknowledge it, unless it was acknowledged before.

        Raises:
            InputError: The actor is not of its team, has accepted it before, or somebody else
                works on it and the actor does not lead the team.
        """
        with self._work("accept", number, by) as work:
            accept_case(work)

    def hand_over(self, number: int, to: str, *, reason: str, by: str | None = None) -> None:
        """Hand a case to another team.

        Raises:
            InputError: There is no such team, no reason, or the actor may not.
        """
        with self._work("hand_over", number, by, {"team": to}) as work:
            hand_case_over(work, to, reason=reason)

    def add_event(
        self,
        number: int,
        kind: EventKind,
        *,
        by: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> CaseState:
        """Take a step of a case: acknowledge, assess, respond, close, note and so on.

        Notes stay with the case: the audit outlives an erasure, and a note may be personal.

        Raises:
            InputError: It cannot happen in the case's state, or the actor may not.
        """
        with self._work(kind.value, number, by) as work:
            return work.add(kind, details or {})

    def tick(self, number: int, step: str, *, is_done: bool, by: str | None = None) -> None:
        """Tick a step of the case's playbook, or take the tick away; it is kept as a note.

        Raises:
            UnknownName: The case's playbook has no such step.
            InputError: The actor is not of the team.
        """
        with self._work("tick" if is_done else "untick", number, by, {"step": step}) as work:
            book = self.work.loop().playbooks.get(work.case.playbook or "")
            tick_step(work, step, steps=book.steps if book else (), is_done=is_done)

    def snooze(self, number: int, until: datetime, *, reason: str, by: str | None = None) -> None:
        """Take a case out of the queue until a moment; its response stays due when it was.

        Raises:
            InputError: The moment is past or more than 90 days away, there is no reason, or the
                actor may not.
        """
        with self._work("snooze", number, by, {"until": until.isoformat()}) as work:
            snooze_case(work, until, reason=reason)

    def wake(self, number: int, *, by: str | None = None) -> None:
        """Bring a snoozed case back into the queue.

        Raises:
            InputError: It is not snoozed, or the actor may not.
        """
        with self._work("wake", number, by) as work:
            wake_case(work)

    def escalate(self, number: int, *, reason: str, by: str | None = None) -> None:
        """Raise a case by one level: its lead is notified, or the team above gets it.

        Raises:
            InputError: There is no reason, it is at the highest level, or the actor may not.
        """
        with self._work("escalate", number, by) as work:
            escalate_case(work, reason=reason)

    def done(
        self,
        number: int,
        *,
        note: str = "",
        cause: str = "",
        verdict: str = "",
        by: str | None = None,
    ) -> None:
        """Close a case: each step it has not taken yet is taken now, in one transaction.

        Takes ownership first if it is unassigned, and records root cause and verdict if given.

        Raises:
            InputError: The actor may not, cause or verdict is none of those listed, or it is
                closed.
        """
        conclusions = {"cause": cause, "verdict": verdict}
        details = {name: words for name, words in conclusions.items() if words}
        with self._work("done", number, by, details) as work:
            causes = self._causes(work)
            close_case(work, note=note, cause=cause, verdict=verdict, causes=causes)

    def record_verdict(self, number: int, verdict: str, *, by: str | None = None) -> None:
        """Record what the customer says: `satisfied` or `dissatisfied`.

        Raises:
            InputError: It is no verdict, or the customer does not know the decision yet.
        """
        with self._work("verdict", number, by, {"verdict": verdict}) as work:
            record_verdict(work.session, number, verdict, actor=work.actor, at=work.now)

    def record_cause(self, number: int, cause: str, *, by: str | None = None) -> None:
        """Record the root cause of a case.

        Raises:
            InputError: The case's rule lists causes, and this is none of them.
        """
        with self._work("cause", number, by, {"cause": cause}) as work:
            causes = self._causes(work)
            record_cause(work.session, number, cause, actor=work.actor, at=work.now, causes=causes)

    def _causes(self, work: CaseWork) -> tuple[str, ...]:
        return self.work.loop().causes(work.case.rule)

    @contextmanager
    def _work(
        self, did: str, number: int, by: str | None, details: Mapping[str, Any] | None = None
    ) -> Iterator[CaseWork]:
        teams = self.work.loop().teams
        with self.work.acts.act(f"case.{did}", f"case:{number}", by=by, details=details) as act:
            yield CaseWork(
                act.session,
                number,
                self._actor(act.by),
                teams,
                self.work.outlets.post,
                act.now,
            )

    def _actor(self, name: str) -> Actor:
        """Return who acts, with the teams worked in and led."""
        every = frozenset(self.teams())
        if self.leads_all:
            return Actor(name, every, every)
        by_name = actor(name, self.teams())
        return replace(by_name, teams=by_name.teams | self.joined)
