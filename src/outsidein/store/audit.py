"""The audit: who did what, append-only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outsidein.errors import InputError
from outsidein.store.model import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditedAct:
    """One entry of the audit."""

    number: int
    at: datetime
    who: str
    did: str
    about: str
    details: Mapping[str, Any]


def record(
    session: Session,
    *,
    who: str,
    did: str,
    about: str,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an audit entry, in the transaction of the act.

    Args:
        session: The transaction; a rollback leaves no entry.
        who: Person or part of the system.
        did: The verb, such as `case.accepted`; 64 characters at most.
        about: What it was done to, such as `case:123`.
        at: When (aware).
        details: Further facts, as JSON. Entries outlive an erasure: name records, never personal
            data.

    Raises:
        InputError: Person or verb is empty, or the moment has no time zone.
    """
    if not who.strip() or not did.strip():
        raise InputError("The audit needs to know who did what.")
    if at.tzinfo is None:
        raise InputError("The audit needs a moment with its time zone.")
    text = json.dumps(details or {}, sort_keys=True, ensure_ascii=False, default=str)
    row = {"who": who, "did": did, "about": about, "at": at, "details": text}
    session.execute(insert(AuditEntry), [row])


def audited_acts(
    session: Session,
    *,
    who: str | None = None,
    about: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    rows: int = 100,
) -> list[AuditedAct]:
    """Return audit entries, latest first.

    Args:
        session: A transaction on the store.
        who: Only acts of this person.
        about: Only acts on this.
        since: Only acts then or later (aware).
        before: Only entries with a lower number: the last one of the previous page.
        rows: At most this many (count).
    """
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(rows)
    if who is not None:
        query = query.where(AuditEntry.who == who)
    if about is not None:
        query = query.where(AuditEntry.about == about)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [
        AuditedAct(entry.id, entry.at, entry.who, entry.did, entry.about, json.loads(entry.details))
        for entry in session.scalars(query)
    ]
