"""People who may use the system."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outsidein.access.model import PersonRow, SignInLinkRow, SignInRow
from outsidein.access.rights import Right, Role, may
from outsidein.access.secrets import password_hash
from outsidein.delivery.recipients import mailbox
from outsidein.errors import InputError, UnknownName


@dataclass(frozen=True, slots=True)
class Person:
    """One person who may use the system.

    Attributes:
        id: Number.
        email: Address, in its one form.
        name: As shown to others; also the name that the audit keeps.
        role: What the person may do.
        teams: Teams whose cases the person works on.
        is_disabled: Whether the person may no longer sign in.
        has_password: Whether the person can sign in with a password.
        seen_at: When the person last asked for a page, to within some minutes.
        left_at: End of the visit before the present one, if any.
    """

    id: int
    email: str
    name: str
    role: Role
    teams: frozenset[str]
    is_disabled: bool
    has_password: bool
    seen_at: datetime | None
    left_at: datetime | None

    def may(self, right: Right) -> bool:
        """Return whether the person holds a right."""
        return may(self.role, right)

    def may_work_for(self, team: str) -> bool:
        """Return whether the person works on cases of a team."""
        if self.may(Right.WORK_ALL_CASES):
            return True
        return self.may(Right.WORK_OWN_CASES) and team in self.teams


def add_person(
    session: Session, *, email: str, name: str, role: Role, teams: Collection[str], at: datetime
) -> Person:
    """Add a person, who can sign in as soon as they have a link or a password.

    Raises:
        InputError: The address is none, or somebody has it already.
    """
    address = _address(email)
    if session.scalar(select(PersonRow.id).where(PersonRow.email == address)):
        raise InputError(f"{address} is there already. Change the role: outsidein people change.")
    row = PersonRow(
        email=address,
        name=name.strip() or address.partition("@")[0],
        role=role,
        teams=json.dumps(sorted(teams)),
        created_at=at,
    )
    session.add(row)
    session.flush()
    return person_of(row)


def people(session: Session) -> list[Person]:
    """Return everybody, by name."""
    query = select(PersonRow).order_by(func.lower(PersonRow.name), PersonRow.id)
    return [person_of(row) for row in session.scalars(query)]


def person_by_email(session: Session, email: str) -> Person:
    """Return a person by their address.

    Raises:
        UnknownName: Nobody has it.
    """
    return person_of(_row(session, email))


def change_person(
    session: Session,
    email: str,
    *,
    name: str | None = None,
    role: Role | None = None,
    teams: Collection[str] | None = None,
) -> Person:
    """Change a person's name, role or teams; what is None stays.

    A new role holds from the next request on.

    Raises:
        UnknownName: Nobody has this address.
        InputError: They are the last administrator.
    """
    row = _row(session, email)
    if role and role != Role.ADMINISTRATOR:
        _keep_an_administrator(session, row)
    row.name = name.strip() if name and name.strip() else row.name
    row.role = role or row.role
    row.teams = json.dumps(sorted(teams)) if teams is not None else row.teams
    return person_of(row)


def set_password(session: Session, email: str, password: str) -> None:
    """Give a person a new password and sign out all their browsers.

    Raises:
        UnknownName: Nobody has this address.
        InputError: The password is too short or too long.
    """
    row = _row(session, email)
    row.password = password_hash(password)
    _sign_out_everywhere(session, row)


def disable_person(session: Session, email: str, *, at: datetime) -> None:
    """Let a person no longer sign in; open browsers and links end at once.

    Raises:
        UnknownName: Nobody has this address.
        InputError: They are the last administrator.
    """
    row = _row(session, email)
    _keep_an_administrator(session, row)
    row.disabled_at = row.disabled_at or at
    _sign_out_everywhere(session, row)


def enable_person(session: Session, email: str) -> None:
    """Let a person sign in again.

    Raises:
        UnknownName: Nobody has this address.
    """
    _row(session, email).disabled_at = None


def person_of(row: PersonRow) -> Person:
    """Return a person as others see them: without the hash of the password."""
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        teams=frozenset(json.loads(row.teams)),
        is_disabled=row.disabled_at is not None,
        has_password=row.password is not None,
        seen_at=row.seen_at,
        left_at=row.left_at,
    )


def _row(session: Session, email: str) -> PersonRow:
    row = session.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))
    if row is None:
        raise UnknownName("person", email, session.scalars(select(PersonRow.email)))
    return row


def _address(email: str) -> str:
    """Return an address in the form in which it is kept."""
    return mailbox(email.strip().lower())


def _sign_out_everywhere(session: Session, row: PersonRow) -> None:
    for table in (SignInRow, SignInLinkRow):
        session.execute(delete(table).where(table.person_id == row.id))


def _keep_an_administrator(session: Session, row: PersonRow) -> None:
    if row.role != Role.ADMINISTRATOR or row.disabled_at is not None:
        return
    others = select(func.count()).where(
        PersonRow.role == Role.ADMINISTRATOR,
        PersonRow.disabled_at.is_(None),
        PersonRow.id != row.id,
    )
    if not session.scalar(others):
        raise InputError(f"{row.email} is the last administrator: make somebody else one first.")
