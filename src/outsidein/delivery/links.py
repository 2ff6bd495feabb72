"""Signed links: whoever holds one may do one thing to one case, for a while."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from outsidein.errors import InputError

PURPOSE = "outsidein.case"
"""Part of the signature: a link for a case opens nothing else that may be signed one day."""

VALID = timedelta(days=14)


class Verb(StrEnum):
    """What a link lets its holder do to a case."""

    ACCEPT = "accept"
    HAND_OVER = "hand_over"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that one person may do to one case."""

    case: str
    verb: Verb
    who: str


def sign(secret: str, action: Action, now: datetime, *, valid: timedelta = VALID) -> str:
    """Return the token that stands for an action until it expires.

    Whether the action still makes sense then is for the case's own state to say.

    Args:
        secret: What only this installation knows.
        action: What the holder may do.
        now: The moment (aware).
        valid: For how long.

    Example:
        >>> from datetime import UTC
        >>> now = datetime(2020, 1, 1, tzinfo=UTC)
        >>> token = sign("secret", Action("7", Verb.ACCEPT, "ann@shop.example"), now)
        >>> read("secret", token, now).verb
        <Verb.ACCEPT: 'accept'>
    """
    until = int((now + valid).timestamp())
    return str(_signer(secret).dumps([action.case, action.verb, action.who, until]))


def read(secret: str, token: str, now: datetime) -> Action:
    """Return the action that a token stands for.

    Raises:
        InputError: It was not signed with this secret, or has expired.
    """
    try:
        case, verb, who, until = _signer(secret).loads(token)
    except BadSignature as error:
        raise InputError(
            "This link is not one of ours, or not whole: copy all of it from the mail."
        ) from error
    if now.timestamp() >= until:
        raise InputError("This link has expired. Ask for the case to be sent again.")
    return Action(case, Verb(verb), who)


def address(public_url: str, token: str) -> str:
    """Return the link to put into a mail.

    Example:
        >>> address("https://shop.example/", "abc")
        'https://shop.example/case/abc'
    """
    return f"{public_url.rstrip('/')}/case/{token}"


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=PURPOSE, serializer=json)
