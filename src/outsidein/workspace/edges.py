"""The ways out of a project's loop where nothing delivers yet: notices and acts are shown."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outsidein.cases.notices import Edges, Notice


def shown(tell: Callable[[str], None]) -> Edges:
    """Show notices to whoever runs the command instead of sending them."""

    def post(session: Session, notice: Notice) -> None:
        del session  # nothing is kept with the transaction
        tell(f"{notice.kind} to {notice.to}: {notice.subject}. {notice.body}")

    def record(
        session: Session,
        *,
        who: str,
        did: str,
        about: str,
        at: datetime,
        details: Mapping[str, Any],
    ) -> None:
        del session, who, did, about, at, details  # the case's own events say the same

    return Edges(post, record)
