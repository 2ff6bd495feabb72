"""Links between cases that turned out to be the same customer's, on the same issue."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import SYSTEM, Actor, EventKind
from outsidein.cases.model import CaseLink

Link = tuple[int, int]
"""A case, and the older one of the same customer and issue."""


class MergeCounts(NamedTuple):
    """What merges and unmerges meant for cases: how many moved, were linked, were parted."""

    moved: int
    linked: int
    parted: int


def linked_cases(session: Session, number: int) -> list[int]:
    """Return the cases that turned out to be the same customer's, on the same issue."""
    query = select(CaseLink.case_id, CaseLink.to_case_id).where(
        CaseLink.parted_at.is_(None),
        (CaseLink.case_id == number) | (CaseLink.to_case_id == number),
    )
    return sorted({end for row in session.execute(query) for end in row} - {number})


def current_links(session: Session) -> set[Link]:
    """Return the links in force."""
    query = select(CaseLink.case_id, CaseLink.to_case_id).where(CaseLink.parted_at.is_(None))
    return {(row.case_id, row.to_case_id) for row in session.execute(query)}


def link_cases(session: Session, link: Link, now: datetime) -> None:
    """Link two cases; both get an event."""
    stored_link = session.get(CaseLink, link)
    if stored_link is None:
        session.add(CaseLink(case_id=link[0], to_case_id=link[1], linked_at=now, parted_at=None))
    else:
        stored_link.linked_at, stored_link.parted_at = now, None
    _add_events(session, EventKind.LINK, link, now)


def part_cases(session: Session, link: Link, now: datetime) -> None:
    """End a link; both cases get an event."""
    of_link = tuple_(CaseLink.case_id, CaseLink.to_case_id) == link
    session.execute(update(CaseLink).where(of_link).values(parted_at=now))
    _add_events(session, EventKind.PART, link, now)


def _add_events(session: Session, kind: EventKind, link: Link, now: datetime) -> None:
    for number, other in (link, link[::-1]):
        add_event(session, number, kind, actor=Actor(SYSTEM), at=now, details={"case": other})
