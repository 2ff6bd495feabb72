"""Webhooks over HTTP, signed as the Standard Webhooks specification says."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import cast

import httpx

from outsidein.delivery.outbox import Claimed
from outsidein.errors import DeliveryError

TIMEOUT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(days=1)
"""A service that asks for more is asked again after a day."""

MOST_PIECES = 4
"""So much of an answer's body is read, and not more: it may be without end."""

TIMED_OUT, TOO_MANY, SERVER_ERROR = 408, 429, 500


def sign(secret: str, *, delivery: str, at: datetime, body: str) -> str:
    """Sign a webhook: HMAC-SHA256 over its id, the moment of sending and its body.

    Args:
        secret: What sender and receiver share.
        delivery: Id of the delivery, the header `webhook-id`.
        at: When it is sent (aware), the header `webhook-timestamp` in whole seconds.
        body: The body as it is sent.

    Returns:
        The header `webhook-signature`.

    Example:
        >>> sign("secret", delivery="1", at=datetime(2020, 1, 1, tzinfo=UTC), body="{}")[:3]
        'v1,'
    """
    signed = f"{delivery}.{int(at.timestamp())}.{body}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def send_webhook(
    over: httpx.BaseTransport,
    webhook: Claimed,
    *,
    secret: str,
    now: datetime,
    timeout: timedelta = TIMEOUT,
) -> None:
    """Post a webhook; whatever 2xx comes back is a yes, and a redirect is a no.

    Args:
        over: What it is sent over, such as `httpx.HTTPTransport()`.
        webhook: What is sent.
        secret: What sender and receiver share.
        now: The moment (aware).
        timeout: How long to wait for the line, and then for the answer.

    Raises:
        DeliveryError: The service refused it, for good or for now, or did not answer in time.
    """
    try:
        answer = over.handle_request(_request(webhook, secret, now, timeout))
    except httpx.TransportError as error:
        name = type(error).__name__
        raise DeliveryError(f"no answer: {name} {error}", is_permanent=False) from error
    except httpx.InvalidURL as error:
        raise DeliveryError(f"its address cannot be read: {error}", is_permanent=True) from error
    _put_away(answer)
    status = answer.status_code
    if not httpx.codes.is_success(status):
        may_later = status in (TIMED_OUT, TOO_MANY) or status >= SERVER_ERROR
        raise DeliveryError(
            f"answered {status}",
            is_permanent=not may_later,
            wait=asked_wait(answer.headers, now=now),
        )


def _put_away(answer: httpx.Response) -> None:
    """Read an answer to its end, so that the line serves the next; one that is long is left."""
    pieces = iter(cast("httpx.SyncByteStream", answer.stream))
    with suppress(httpx.TransportError):  # its status is known: what comes later is no answer
        for _, _ in zip(range(MOST_PIECES), pieces, strict=False):
            pass
    answer.close()


def _request(webhook: Claimed, secret: str, now: datetime, timeout: timedelta) -> httpx.Request:
    return httpx.Request(
        "POST",
        webhook.to,
        content=webhook.body.encode(),
        headers={
            "content-type": "application/json",
            "idempotency-key": webhook.id,
            "webhook-id": webhook.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": sign(secret, delivery=webhook.id, at=now, body=webhook.body),
        },
        extensions={"timeout": httpx.Timeout(timeout.total_seconds()).as_dict()},
    )


def asked_wait(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """Return for how long a service asks to be left alone, in seconds or until a date.

    Example:
        >>> asked_wait({"retry-after": "120"}, now=datetime(2020, 1, 1, tzinfo=UTC))
        datetime.timedelta(seconds=120)
    """
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return timedelta(0)
    moment = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LONGEST_WAIT)
