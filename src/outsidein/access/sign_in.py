"""Signing in with a password or a link, and slowing down who guesses."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outsidein.access.browsers import NewSignIn, begin_sign_in, forget_ended
from outsidein.access.model import PersonRow, SignInAttempt, SignInLinkRow
from outsidein.access.secrets import is_password, new_token, token_hash
from outsidein.errors import InputError

LINK_VALID = timedelta(minutes=30)
"""How long a link in a mail signs in."""

FIRST_LINK_VALID = timedelta(days=1)
"""How long a link that an administrator gives to a new person signs in."""

WINDOW = timedelta(minutes=15)
"""Time over which failed attempts are counted."""

MOST_FOR_ADDRESS, MOST_FROM_BROWSER, MOST_LINKS = 5, 30, 3
"""Failed attempts within the window for one mail address, and from one network address, after
which none is looked at; and links mailed to one address."""

KEPT = timedelta(days=30)
"""How long attempts are kept."""


class SignInRefused(InputError):
    """A sign-in is refused; the words do not tell whether the address is anybody's."""


def sign_in_with_password(
    session: Session, *, email: str, password: str, address: str, at: datetime
) -> NewSignIn | None:
    """Sign in with a password.

    The attempt is recorded in the transaction of the caller, who commits it either way.

    Args:
        session: A transaction.
        email: Mail address of the person.
        password: What was typed.
        address: Network address of the browser.
        at: The moment (aware).

    Returns:
        The sign-in, or None if address and password do not belong together.

    Raises:
        SignInRefused: There were too many failed attempts; nothing was looked at.
    """
    email = email.strip().lower()
    _check_pace(session, email=email, address=address, at=at)
    row = session.scalar(select(PersonRow).where(PersonRow.email == email))
    matches = is_password(password, row.password if row else None)
    succeeds = matches and row is not None and row.disabled_at is None
    _note(session, "password", email=email, address=address, at=at, succeeded=succeeds)
    if not succeeds or row is None:
        return None
    forget_ended(session, at=at)
    return begin_sign_in(session, row, at=at)


def new_link(session: Session, email: str, *, valid: timedelta, at: datetime) -> str | None:
    """Return the token of a new link that signs a person in once; None if nobody may.

    Earlier links of the person end.
    """
    row = session.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))
    if row is None or row.disabled_at is not None:
        return None
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.person_id == row.id))
    token = new_token()
    link = SignInLinkRow(token=token_hash(token), person_id=row.id, expires_at=at + valid)
    session.add(link)
    return token


def may_have_link(session: Session, email: str, *, address: str, at: datetime) -> bool:
    """Return whether one more link may be mailed, and count it as asked for."""
    email = email.strip().lower()
    since = SignInAttempt.at > at - WINDOW
    links = SignInAttempt.kind == "link"
    to_person = _count(session, since, links, SignInAttempt.email == email)
    from_browser = _count(session, since, links, SignInAttempt.address == address)
    _note(session, "link", email=email, address=address, at=at, succeeded=True)
    return to_person < MOST_LINKS and from_browser < MOST_FROM_BROWSER


def sign_in_with_link(session: Session, token: str, *, at: datetime) -> NewSignIn:
    """Sign in with a link, which is then used up.

    Raises:
        SignInRefused: There is no such link, it was used, it has expired, or its person may no
            longer sign in.
    """
    link = session.get(SignInLinkRow, token_hash(token), with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at <= at:
        raise SignInRefused("This link was used or has expired. Ask for a new one.")
    person = session.get(PersonRow, link.person_id)
    if person is None or person.disabled_at is not None:
        raise SignInRefused("This link was used or has expired. Ask for a new one.")
    link.used_at = at
    return begin_sign_in(session, person, at=at)


def sign_in_as(session: Session, email: str, *, at: datetime) -> NewSignIn | None:
    """Sign in a person whom another service has identified; None if nobody here has the address."""
    row = session.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))
    if row is None or row.disabled_at is not None:
        return None
    return begin_sign_in(session, row, at=at)


def _check_pace(session: Session, *, email: str, address: str, at: datetime) -> None:
    failed = SignInAttempt.at > at - WINDOW, SignInAttempt.succeeded.is_(False)
    for_person = _count(session, *failed, SignInAttempt.email == email)
    from_browser = _count(session, *failed, SignInAttempt.address == address)
    if for_person >= MOST_FOR_ADDRESS or from_browser >= MOST_FROM_BROWSER:
        minutes = int(WINDOW.total_seconds() // 60)
        raise SignInRefused(
            f"Too many failed attempts. Wait {minutes} minutes, or ask for a sign-in link."
        )


def _count(session: Session, *conditions: object) -> int:
    query = select(func.count()).select_from(SignInAttempt).where(*conditions)  # type: ignore[arg-type]
    return session.scalar(query) or 0


def _note(
    session: Session, kind: str, *, email: str, address: str, at: datetime, succeeded: bool
) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
    attempt = SignInAttempt(
        kind=kind, email=email[:320], address=address, at=at, succeeded=succeeded
    )
    session.add(attempt)
