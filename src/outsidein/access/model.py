"""People who use the system, their sign-ins, and keys of machines."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base


class PersonRow(Base):
    """One person who may sign in."""

    __tablename__ = "people"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    teams: Mapped[str]
    """Names of teams (JSON)."""
    password: Mapped[str | None]
    """Hash; none for who signs in by link or OpenID Connect only."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the person last asked for a page, to within some minutes."""
    left_at: Mapped[datetime | None]
    """End of the visit before the present one."""


class SignInRow(Base):
    """One signed-in browser."""

    __tablename__ = "sign_ins"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    """sha256 of the cookie."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    form_token: Mapped[str] = mapped_column(String(64))
    """What forms of this browser must carry."""
    began_at: Mapped[datetime]
    used_at: Mapped[datetime]


class SignInLinkRow(Base):
    """A link that signs a person in, once."""

    __tablename__ = "sign_in_links"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    """sha256 of what the link carries."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """One attempt to sign in, to slow down who guesses."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_email", "email", "at"),
        Index("ix_sign_in_attempts_address", "address", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    address: Mapped[str]
    """Network address of the browser."""
    kind: Mapped[str] = mapped_column(String(8))
    succeeded: Mapped[bool]
    at: Mapped[datetime]


class ApiKeyRow(Base):
    """A key with which a machine signs in."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str]
    secret: Mapped[str] = mapped_column(String(64))
    """sha256 of the secret part."""
    rights: Mapped[str]
    """What it may do (JSON)."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
