"""Cases of a project: listed, accepted, worked on, handed over, closed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from outsidein import workspace
from outsidein.alerts.case_file import CaseFile, case_file
from outsidein.alerts.loop import LoopFiles
from outsidein.cases.accept import accept_case
from outsidein.cases.assign import assign_case, hand_case_over
from outsidein.cases.capacity import TeamDay, backlog, team_day
from outsidein.cases.close import close_case, close_with_cause
from outsidein.cases.conclusions import record_cause, record_verdict
from outsidein.cases.declaration import Team, actor
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import Actor, CaseState, EventKind
from outsidein.cases.queue import CaseFilter, CaseRow, Cursor, Page, find_case, list_cases
from outsidein.workspace.act import Transaction
from outsidein.workspace.workspace import Workspace

if TYPE_CHECKING:  # it loads an engine
    from outsidein.figures.figure import Figure


@dataclass(frozen=True, slots=True)
class CaseAct:
    """An act on a case: its transaction, who acts in which teams, and the files of the loop."""

    transaction: Transaction
    actor: Actor
    files: LoopFiles

    @property
    def session(self) -> Session:
        """The transaction's session."""
        return self.transaction.session


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one project.

    Every verb takes `by`, who acts: the login name if not given.
    """

    work: Workspace

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

    def assign(self, number: int, owner: str, *, by: str | None = None) -> None:
        """Assign a case to a member of its team; any member may take it.

        Raises:
            InputError: The owner is no member, or the actor may not assign it.
        """
        with self._act("assign", number, by, {"owner": owner}) as act:
            assign_case(
                act.session,
                number,
                owner,
                actor=act.actor,
                teams=act.files.teams,
                post=self.work.outlets.post,
                now=act.transaction.now,
            )

    def accept(self, number: int, *, by: str | None = None) -> None:
        """Take ownership of a case and acknowledge it, unless it was acknowledged before.

        Raises:
            InputError: The actor is not of its team, has accepted it before, or somebody else
                works on it and the actor does not lead the team.
        """
        with self._act("accept", number, by) as act:
            accept_case(
                act.session,
                number,
                actor=act.actor,
                teams=act.files.teams,
                now=act.transaction.now,
            )

    def hand_over(self, number: int, to: str, *, reason: str, by: str | None = None) -> None:
        """Hand a case to another team.

        Raises:
            InputError: There is no such team, no reason, or the actor may not.
        """
        with self._act("hand_over", number, by, {"team": to}) as act:
            hand_case_over(
                act.session,
                number,
                to,
                actor=act.actor,
                reason=reason,
                teams=act.files.teams,
                post=self.work.outlets.post,
                now=act.transaction.now,
            )

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
        with self._act(kind.value, number, by) as act:
            return add_event(
                act.session,
                number,
                kind,
                actor=act.actor,
                at=act.transaction.now,
                details=details or {},
            )

    def done(self, number: int, *, note: str = "", by: str | None = None) -> CaseState:
        """Close a case: each step it has not taken yet is taken now, in one transaction.

        Raises:
            InputError: The actor may not, or the case is closed.
        """
        with self._act("done", number, by) as act:
            close_case(act.session, number, actor=act.actor, note=note, now=act.transaction.now)
        return CaseState.CLOSED

    def finish(
        self, number: int, *, note: str = "", cause: str = "", by: str | None = None
    ) -> CaseState:
        """Close a case and record its root cause; take ownership first if it is unassigned.

        All of it in one transaction.

        Raises:
            InputError: The actor may not, the cause is none of those listed, or it is closed.
        """
        with self._act("done", number, by, {"cause": cause} if cause else {}) as act:
            close_with_cause(
                act.session,
                number,
                actor=act.actor,
                teams=act.files.teams,
                cause=cause,
                causes=act.files.causes(find_case(act.session, number).rule) if cause else (),
                note=note,
                now=act.transaction.now,
            )
        return CaseState.CLOSED

    def teams(self) -> Mapping[str, Team]:
        """Return the declared teams, by name."""
        return self.work.loop().teams

    def record_verdict(self, number: int, verdict: str, *, by: str | None = None) -> None:
        """Record what the customer says: `satisfied` or `dissatisfied`.

        Raises:
            InputError: It is no verdict, or the customer does not know the decision yet.
        """
        with self._act("verdict", number, by, {"verdict": verdict}) as act:
            record_verdict(act.session, number, verdict, actor=act.actor, at=act.transaction.now)

    def record_cause(self, number: int, cause: str, *, by: str | None = None) -> None:
        """Record the root cause of a case.

        Raises:
            InputError: The case's rule lists causes, and this is none of them.
        """
        with self._act("cause", number, by, {"cause": cause}) as act:
            causes = act.files.causes(find_case(act.session, number).rule)
            record_cause(
                act.session,
                number,
                cause,
                actor=act.actor,
                at=act.transaction.now,
                causes=causes,
            )

    def figures(self) -> "tuple[Figure, ...]":
        """Return the figures of the report's section on cases, as the store has them now."""
        return workspace.alert_engine.case_figures(self.work)

    @contextmanager
    def _act(
        self, did: str, number: int, by: str | None, details: Mapping[str, Any] | None = None
    ) -> Iterator[CaseAct]:
        files = self.work.loop()
        about = f"case:{number}"
        with self.work.acts.act(f"case.{did}", about, by=by, details=details) as transaction:
            yield CaseAct(transaction, actor(transaction.by, dict(files.teams)), files)
