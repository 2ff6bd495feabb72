"""Signed-in browsers: they carry a random token, the store keeps its hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from outsidein.access.model import PersonRow, SignInRow
from outsidein.access.people import Person, person_of
from outsidein.access.secrets import new_token, token_hash

LONGEST, IDLE = timedelta(days=7), timedelta(hours=12)
"""How long a sign-in lasts at most, and without a request."""

VISIT = timedelta(hours=4)
"""A pause after which somebody comes back for a new visit."""

NOTED_EVERY = timedelta(minutes=1)
"""How often the use of a sign-in is written down at most, so that reading writes little."""


class NewSignIn(NamedTuple):
    """A sign-in that has just begun: its token goes into the cookie and is kept nowhere."""

    token: str
    person: Person


@dataclass(frozen=True, slots=True)
class SignIn:
    """A signed-in browser: whose it is, and what its forms must carry."""

    person: Person
    form_token: str
    token_hash: str


def begin_sign_in(session: Session, person: PersonRow, *, at: datetime) -> NewSignIn:
    """Sign in a browser under a new token, whatever token it had before."""
    token = new_token()
    _note_visit(person, at=at)
    session.add(
        SignInRow(
            token=token_hash(token),
            person_id=person.id,
            form_token=new_token(),
            began_at=at,
            used_at=at,
        )
    )
    return NewSignIn(token, person_of(person))


def _note_visit(person: PersonRow, *, at: datetime) -> None:
    """Note that a person is here; after a pause that begins another visit."""
    if person.seen_at is not None and person.seen_at < at - VISIT:
        person.left_at = person.seen_at
    person.seen_at = at


def sign_in_of(session: Session, token: str, *, at: datetime) -> SignIn | None:
    """Return the sign-in that a cookie stands for; None if it ended or never began."""
    row = session.get(SignInRow, token_hash(token))
    if row is None or row.began_at < at - LONGEST or row.used_at < at - IDLE:
        return None
    person = session.get(PersonRow, row.person_id)
    if person is None or person.disabled_at is not None:
        return None
    if row.used_at < at - NOTED_EVERY:
        row.used_at = at
        _note_visit(person, at=at)
    return SignIn(person_of(person), row.form_token, row.token)


def end_sign_in(session: Session, token: str) -> None:
    """Sign a browser out."""
    session.execute(delete(SignInRow).where(SignInRow.token == token_hash(token)))


def forget_ended(session: Session, *, at: datetime) -> None:
    """Delete sign-ins that have ended by themselves."""
    ended = or_(SignInRow.began_at < at - LONGEST, SignInRow.used_at < at - IDLE)
    session.execute(delete(SignInRow).where(ended))
