"""Signed links that let their holder do one thing to one case, until they expire."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from outsidein.errors import InputError

PURPOSE = "outsidein.case"
"""Part of the signature, so that a link for a case opens nothing else."""

VALID = timedelta(days=14)


class CaseVerb(StrEnum):
    """What a link lets its holder do to a case."""

    ACCEPT = "accept"
    HAND_OVER = "hand_over"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CaseAction:
    """One thing that one person may do to one case."""

    case: str
    verb: CaseVerb
    who: str


def sign_action(secret: str, action: CaseAction, now: datetime, *, valid: timedelta = VALID) -> str:
    """Return a token for an action, valid until it expires.

    Whether the action is still allowed depends on the case's state by then.

    Args:
        secret: The installation's secret.
        action: What the holder may do.
        now: The moment (aware).
        valid: For how long.

    Example:
        >>> from datetime import UTC
        >>> now = datetime(2020, 1, 1, tzinfo=UTC)
        >>> token = sign_action("secret", CaseAction("7", CaseVerb.ACCEPT, "ann@shop.example"), now)
        >>> read_action("secret", token, now).verb
        <CaseVerb.ACCEPT: 'accept'>
    """
    until = int((now + valid).timestamp())
    return str(_signer(secret).dumps([action.case, action.verb, action.who, until]))


def read_action(secret: str, token: str, now: datetime) -> CaseAction:
    """Return the action that a token permits.

    Raises:
        InputError: It was not signed with this secret, or has expired.
    """
    try:
        case, verb, who, until = _signer(secret).loads(token)
    except BadSignature as error:
        raise InputError(
            "This link is invalid or incomplete: copy all of it from the mail."
        ) from error
    if now.timestamp() >= until:
        raise InputError("This link has expired. Ask for the case to be sent again.")
    return CaseAction(case, CaseVerb(verb), who)


def case_link(public_url: str, token: str) -> str:
    """Return the link for a mail.

    Example:
        >>> case_link("https://shop.example/", "abc")
        'https://shop.example/case/abc'
    """
    return f"{public_url.rstrip('/')}/case/{token}"


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=PURPOSE, serializer=json)
