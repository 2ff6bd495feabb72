"""Secrets of sign-ins: made at random, kept as hashes."""

import hashlib
import secrets
from functools import cache

from pwdlib import PasswordHash

from outsidein.errors import InputError

LEAST, MOST = 12, 256
"""Characters of a password."""


def new_token() -> str:
    """Return a new token that nobody guesses: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a token: its sha256 (hexadecimal).

    Example:
        >>> token_hash("x")[:8]
        '2d711642'
    """
    return hashlib.sha256(token.encode()).hexdigest()


def password_hash(password: str) -> str:
    """Return what is kept of a password: argon2id with a salt of its own.

    Raises:
        InputError: It is too short or too long.
    """
    if not LEAST <= len(password) <= MOST:
        raise InputError(f"A password has {LEAST} to {MOST} characters.")
    return _hasher().hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Return whether a password is the one whose hash was kept.

    It takes as long for a person without a password, so that nobody learns who has one.
    """
    if len(password) > MOST:
        return False
    matches = _hasher().verify(password, kept or _nobodys())
    return matches and kept is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return _hasher().hash(new_token())
