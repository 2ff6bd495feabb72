"""Work on one case: the transaction it is part of, who works, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outsidein.cases.declaration import Team
from outsidein.cases.events import NOTHING, add_event
from outsidein.cases.lifecycle import Actor, CaseState, EventKind
from outsidein.cases.notices import Notice, Post
from outsidein.cases.queue import CaseRow, find_case
from outsidein.errors import UnknownName


@dataclass(frozen=True, slots=True)
class CaseWork:
    """What a verb on a case works with.

    Attributes:
        session: The transaction it becomes part of.
        number: Of the case.
        actor: Who works on it.
        teams: As declared, by name.
        notices: Where notices go.
        now: When (aware).
    """

    session: Session
    number: int
    actor: Actor
    teams: Mapping[str, Team]
    notices: Post
    now: datetime

    @property
    def case(self) -> CaseRow:
        """The case as it is now.

        Raises:
            UnknownName: There is no such case.
        """
        return find_case(self.session, self.number)

    @property
    def team(self) -> Team:
        """The team that the case is with.

        Raises:
            UnknownName: The team is no longer declared.
        """
        name = self.case.team
        if name not in self.teams:
            raise UnknownName("team", name, self.teams)
        return self.teams[name]

    def add(self, kind: EventKind, details: Mapping[str, Any] = NOTHING) -> CaseState:
        """Add an event to the case, and return its new state.

        Raises:
            InputError: It cannot happen in the case's state, or the actor may not.
        """
        return add_event(
            self.session, self.number, kind, actor=self.actor, at=self.now, details=details
        )

    def post(self, notice: Notice) -> None:
        """Post a notice in the transaction."""
        self.notices(self.session, notice)
