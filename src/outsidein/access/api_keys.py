"""Keys with which machines sign in."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.access.model import ApiKeyRow
from outsidein.access.rights import Right
from outsidein.access.secrets import new_token, token_hash
from outsidein.errors import InputError, UnknownName

PREFIX = "oi"
"""What every key begins with, so that scanners of code recognise it."""

VALID = timedelta(days=365)
OVERLAP = timedelta(days=7)
"""How long an old key works beside the one that replaces it."""

NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's key as its administrator sees it; the secret is shown once, when it is made."""

    id: str
    name: str
    rights: frozenset[Right]
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class NewKey(NamedTuple):
    """A new key: the text that the machine sends, and what is kept of it."""

    text: str
    key: ApiKey


def new_key(
    session: Session,
    name: str,
    *,
    rights: Collection[Right],
    by: str,
    at: datetime,
    valid: timedelta = VALID,
) -> NewKey:
    """Make a key.

    Args:
        session: A transaction.
        name: What the key is for, such as "shop's tracking".
        rights: What it may do.
        by: Who makes it.
        at: The moment (aware).
        valid: For how long it works.

    Raises:
        InputError: The name is empty, or the key may do nothing.
    """
    if not name.strip() or not rights:
        raise InputError("A key needs a name and at least one right.")
    secret, key_id = new_token(), secrets.token_hex(6)
    row = ApiKeyRow(
        id=key_id,
        name=name.strip(),
        secret=token_hash(secret),
        rights=json.dumps(sorted(rights)),
        created_by=by,
        created_at=at,
        expires_at=at + valid,
    )
    session.add(row)
    session.flush()
    return NewKey(f"{PREFIX}_{key_id}_{secret}", _key(row))


def rotate_key(session: Session, key_id: str, *, by: str, at: datetime) -> NewKey:
    """Replace a key: the new one does the same, the old one works some days longer.

    Raises:
        UnknownName: There is no such key.
    """
    row = _row(session, key_id)
    row.expires_at = min(row.expires_at, at + OVERLAP)
    return new_key(session, row.name, rights=_key(row).rights, by=by, at=at)


def revoke_key(session: Session, key_id: str, *, at: datetime) -> None:
    """Take a key away: from the next request on it opens nothing.

    Raises:
        UnknownName: There is no such key.
    """
    row = _row(session, key_id)
    row.revoked_at = row.revoked_at or at


def keys(session: Session) -> list[ApiKey]:
    """Return all keys, latest first."""
    query = select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id)
    return [_key(row) for row in session.scalars(query)]


def key_of(session: Session, text: str, *, at: datetime) -> ApiKey | None:
    """Return the key that a machine sends; None if it opens nothing."""
    match text.split("_", 2):
        case [prefix, key_id, secret] if prefix == PREFIX:
            row = session.get(ApiKeyRow, key_id)
        case _:
            return None
    if row is None or not compare_digest(row.secret, token_hash(secret)):
        return None
    if row.revoked_at is not None or row.expires_at <= at:
        return None
    if row.used_at is None or row.used_at < at - NOTED_EVERY:
        row.used_at = at
    return _key(row)


def _row(session: Session, key_id: str) -> ApiKeyRow:
    row = session.get(ApiKeyRow, key_id)
    if row is None:
        raise UnknownName("key", key_id, session.scalars(select(ApiKeyRow.id)))
    return row


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        rights=frozenset(Right(right) for right in json.loads(row.rights)),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
