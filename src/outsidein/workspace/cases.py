"""Cases of a project: listed, taken, moved on, handed over, and what came of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.cases.capacity import Day, backlog, day
from outsidein.cases.declaration import Team, actor
from outsidein.cases.events import NOTHING, Happened, happen, history
from outsidein.cases.lifecycle import Actor, Kind, State
from outsidein.cases.merging import linked
from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.playbooks import Playbook, proposed
from outsidein.cases.queue import CaseRow, Cursor, Page, Wanted, assign, hand_over, listed, one
from outsidein.errors import InputError, UnknownName
from outsidein.lake.snapshots import Snapshot
from outsidein.workspace.alerts import Shown, fired
from outsidein.workspace.loop import LoopFiles, read_loop

if TYPE_CHECKING:  # loaded by who asks for it
    from outsidein.figures.figure import Figure
    from outsidein.pipeline.declared import Declared

PATH = (State.ACKNOWLEDGED, State.ASSESSED, State.RESPONDED, State.COMMUNICATED, State.CLOSED)
"""The states `done` leads through; to investigate is left out where there is nothing to."""

ALERTS = 5
"""Most alerts shown with a case."""

_TOWARDS = {
    State.ACKNOWLEDGED: Kind.ACKNOWLEDGE,
    State.ASSESSED: Kind.ASSESS,
    State.RESPONDED: Kind.RESPOND,
    State.COMMUNICATED: Kind.COMMUNICATE,
    State.CLOSED: Kind.CLOSE,
}


class Whole(NamedTuple):
    """A case with all that belongs to it; of its alerts the latest few, the newest first."""

    case: CaseRow
    team: Team | None
    alerts: list[Shown]
    events: list[Happened]
    linked: list[int]
    playbook: Playbook | None
    proposed: list[Playbook]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one project."""

    folder: Path
    store: Engine
    clock: Callable[[], datetime]
    snapshot: Callable[[], Snapshot]
    check: "Callable[[], Declared]"
    outlets: Outlets

    def list(
        self, wanted: Wanted | None = None, *, limit: int = 50, after: Cursor | None = None
    ) -> Page:
        """List cases, the dearest and then the oldest first.

        Args:
            wanted: Which; all open ones if not said.
            limit: Most cases on a page (count).
            after: Where the page before ended.
        """
        with Session(self.store) as session:
            return listed(session, wanted or Wanted(), limit=limit, after=after)

    def day(self, team: str) -> Day:
        """Return what a team can do today, and how much lies beyond.

        Raises:
            UnknownName: There is no such team.
        """
        files = self._of_team(team)
        with Session(self.store) as session:
            return day(session, team, files.teams[team], now=self.clock())

    def backlog(self, team: str) -> Iterator[CaseRow]:
        """Yield the complaints and disasters beyond a team's capacity, the dearest first."""
        files = self._of_team(team)
        with Session(self.store) as session:
            yield from backlog(session, team, files.teams[team], now=self.clock())

    def show(self, number: int) -> Whole:
        """Return a case with its events, the cases linked to it, and its playbooks.

        Raises:
            UnknownName: There is no such case.
        """
        files = read_loop(self.folder)
        books = files.playbooks
        with Session(self.store) as session:
            case = one(session, number)
            return Whole(
                case,
                files.teams.get(case.team),
                fired(session, case=number, limit=ALERTS),
                history(session, number),
                linked(session, number),
                books.get(case.playbook or ""),
                proposed(books, case.issue),
            )

    def assign(self, number: int, owner: str, *, by: str) -> None:
        """Give a case to a member of its team; whoever is one may take it.

        Raises:
            InputError: The owner is none, or the actor may not give it.
        """
        files = read_loop(self.folder)
        with self._acting(by, "assign", number, {"owner": owner}) as (session, who, now):
            team = files.teams[one(session, number).team]
            assign(session, number, owner, actor=who, at=now, team=team)
            if owner != by:
                self.outlets.post(session, _told(one(session, number), team, owner, by=by, now=now))

    def accept(self, number: int, *, by: str) -> None:
        """Take a case and acknowledge it, where it is not yet.

        Raises:
            InputError: The actor is not of its team, has accepted it before, or another is at it
                and the actor does not lead the team.
        """
        files = read_loop(self.folder)
        with self._acting(by, "accept", number) as (session, who, now):
            _take(session, number, who, files.teams, now=now)

    def hand_over(self, number: int, to: str, *, by: str, reason: str) -> None:
        """Hand a case to another team.

        Raises:
            InputError: There is no such team, no reason, or the actor may not.
        """
        teams = read_loop(self.folder).teams
        with self._acting(by, "hand_over", number, {"team": to}) as (session, who, now):
            hand_over(session, number, to, actor=who, at=now, reason=reason, teams=teams)
            case, team = one(session, number), teams[to]
            self.outlets.post(session, _told(case, team, team.lead, by=by, now=now))

    def happen(
        self, number: int, kind: Kind, *, by: str, details: Mapping[str, Any] | None = None
    ) -> State:
        """Let something happen to a case: acknowledge, assess, respond, close, note and so on.

        Raises:
            InputError: It cannot happen in the case's state, or the actor may not.
        """
        with self._acting(by, kind.value, number) as (session, who, now):
            return happen(session, number, kind, actor=who, at=now, details=details or {})

    def done(self, number: int, *, by: str, note: str = "") -> State:
        """Bring a case to its end: each step it has not gone yet is gone now, in one transaction.

        Raises:
            InputError: The actor may not, or the case is closed.
        """
        with self._acting(by, "done", number) as (session, who, now):
            _end(session, number, who, note=note, now=now)
        return State.CLOSED

    def finish(self, number: int, *, by: str, note: str = "", cause: str = "") -> State:
        """Bring a case to its end with its cause; one that nobody owns is taken first.

        All of it in one transaction.

        Raises:
            InputError: The actor may not, the cause is none of those listed, or it is closed.
        """
        from outsidein.cases.outcomes import find_cause  # noqa: PLC0415  loaded by who needs it

        files, told = read_loop(self.folder), {"cause": cause} if cause else {}
        with self._acting(by, "done", number, told) as (session, who, now):
            case = one(session, number)
            if case.owner is None and case.closed_at is None:
                _take(session, number, who, files.teams, now=now)
            if cause:
                causes = _causes(files, case)
                find_cause(session, number, cause, actor=who, at=now, causes=causes)
            _end(session, number, who, note=note, now=now)
        return State.CLOSED

    def teams(self) -> Mapping[str, Team]:
        """Return the declared teams, by name."""
        return read_loop(self.folder).teams

    def causes(self, number: int) -> tuple[str, ...]:
        """Return the root causes that the rule of a case lists; any may be written if none are."""
        return _causes(read_loop(self.folder), self.show(number).case)

    def say(self, number: int, verdict: str, *, by: str) -> None:
        """Write down what the customer says: `satisfied` or `dissatisfied`.

        Raises:
            InputError: It is no verdict, or the customer was not told a decision yet.
        """
        from outsidein.cases.outcomes import say  # noqa: PLC0415  loaded by who needs it

        with self._acting(by, "verdict", number, {"verdict": verdict}) as (session, who, now):
            say(session, number, verdict, actor=who, at=now)

    def find_cause(self, number: int, cause: str, *, by: str) -> None:
        """Write down the root cause of a case.

        Raises:
            InputError: The case's rule lists causes, and this is none of them.
        """
        from outsidein.cases.outcomes import find_cause  # noqa: PLC0415  loaded by who needs it

        files = read_loop(self.folder)
        with self._acting(by, "cause", number, {"cause": cause}) as (session, who, now):
            causes = _causes(files, one(session, number))
            find_cause(session, number, cause, actor=who, at=now, causes=causes)

    def figures(self) -> "tuple[Figure, ...]":
        """Return the figures of the report's section on cases, as the store has them now."""
        from outsidein.workspace.loop_figures import loop_figures  # noqa: PLC0415  loaded by who needs it

        files, declared = read_loop(self.folder), self.check()
        return loop_figures(self.store, files.teams, declared, self.snapshot(), now=self.clock())

    @contextmanager
    def _acting(
        self, by: str, did: str, number: int, details: Mapping[str, Any] = NOTHING
    ) -> Iterator[tuple[Session, Actor, datetime]]:
        """One transaction: what is done to a case, and the audit's word of it.

        Notes stay with the case: the audit outlives an erasure, and a note may be personal.
        """
        now, teams = self.clock(), dict(read_loop(self.folder).teams)
        with Session(self.store) as session, session.begin():
            yield session, actor(by, teams), now
            about = f"case:{number}"
            self.outlets.record(
                session, who=by, did=f"case.{did}", about=about, at=now, details=details
            )

    def _of_team(self, team: str) -> LoopFiles:
        files = read_loop(self.folder)
        if team not in files.teams:
            raise UnknownName("team", team, files.teams)
        return files


def _take(
    session: Session, number: int, who: Actor, teams: Mapping[str, Team], *, now: datetime
) -> None:
    """Make a case one's own and acknowledge it; what another has begun only a lead takes over."""
    case = one(session, number)
    is_begun = case.begun_at is not None
    if is_begun and case.owner == who.name and case.state != State.RECEIVED:
        raise InputError(f"Case {number} is yours already.")
    if is_begun and case.owner not in (None, who.name) and case.team not in who.leads:
        raise InputError(f"Case {number} is {case.owner}'s, who is at it; the lead can give it.")
    if case.team not in teams:
        raise UnknownName("team", case.team, teams)
    assign(session, number, who.name, actor=who, at=now, team=teams[case.team])
    if case.state == State.RECEIVED:
        happen(session, number, Kind.ACKNOWLEDGE, actor=who, at=now)


def _end(session: Session, number: int, who: Actor, *, note: str, now: datetime) -> None:
    """Let a case go each step it has not gone yet."""
    case = one(session, number)
    start = PATH.index(case.state) + 1 if case.state in PATH else 0
    steps = PATH[2:] if case.state == State.INVESTIGATED else PATH[start:]
    for state in steps or (State.CLOSED,):
        told = {"note": note} if note and state == State.CLOSED else {}
        happen(session, number, _TOWARDS[state], actor=who, at=now, details=told)


def _causes(files: LoopFiles, case: CaseRow) -> tuple[str, ...]:
    rule = files.rules.get(case.rule)
    return rule.causes if rule else ()


def _told(case: CaseRow, team: Team, to: str, *, by: str, now: datetime) -> Notice:
    """Tell somebody that a case is theirs now; anew each time it is given."""
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
