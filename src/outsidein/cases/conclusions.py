"""The conclusions of a case: its root cause and the customer's verdict."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import Actor, EventKind
from outsidein.errors import UnknownName

VERDICTS = ("satisfied", "dissatisfied")
"""What a customer may say of a case."""


def record_verdict(
    session: Session, number: int, verdict: str, *, actor: Actor, at: datetime
) -> None:
    """Record what the customer says of how a case was handled.

    Raises:
        UnknownName: It is no verdict.
        InputError: The customer does not know the decision yet.
    """
    if verdict not in VERDICTS:
        raise UnknownName("verdict", verdict, VERDICTS)
    details = {"verdict": verdict}
    add_event(
        session, number, EventKind.VERDICT, actor=actor, at=at, details=details, changes=details
    )


def record_cause(
    session: Session,
    number: int,
    cause: str,
    *,
    actor: Actor,
    at: datetime,
    causes: Sequence[str] = (),
) -> None:
    """Record the root cause of a case.

    Args:
        session: The transaction it becomes part of.
        number: Of the case.
        cause: In the words of `causes`, where the rule lists any.
        actor: Who found it.
        at: When (aware).
        causes: Those the rule lists.

    Raises:
        UnknownName: The rule lists causes, and this is none of them.
    """
    if causes and cause not in causes:
        raise UnknownName("cause", cause, causes)
    details = {"cause": cause}
    add_event(
        session, number, EventKind.CAUSE, actor=actor, at=at, details=details, changes=details
    )
