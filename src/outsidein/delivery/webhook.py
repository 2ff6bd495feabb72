"""Webhooks over HTTP, signed by the Standard Webhooks specification."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import cast

import httpx

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.errors import DeliveryError

TIMEOUT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(days=1)
"""The longest wait that a service may ask for."""

MOST_PIECES = 4
"""Chunks of a response body to read at most: it may never end."""

TIMED_OUT, TOO_MANY, SERVER_ERROR = 408, 429, 500


def sign_webhook(secret: str, *, delivery: str, at: datetime, body: str) -> str:
    """Sign a webhook: HMAC-SHA256 over its id, the moment of sending and its body.

    Args:
        secret: The secret shared with the receiver.
        delivery: Id of the delivery, the header `webhook-id`.
        at: When it is sent (aware), the header `webhook-timestamp` in whole seconds.
        body: The body as it is sent.

    Returns:
        The header `webhook-signature`.

    Example:
        >>> sign_webhook("secret", delivery="1", at=datetime(2020, 1, 1, tzinfo=UTC), body="{}")[:3]
        'v1,'
    """
    signed = f"{delivery}.{int(at.timestamp())}.{body}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def send_webhook(
    over: httpx.BaseTransport,
    webhook: ClaimedDelivery,
    *,
    secret: str,
    now: datetime,
    timeout: timedelta = TIMEOUT,
) -> None:
    """Post a webhook; any 2xx status is success, a redirect is failure.

    Args:
        over: The transport, such as `httpx.HTTPTransport()`.
        webhook: The delivery.
        secret: The secret shared with the receiver.
        now: The moment (aware).
        timeout: How long to wait for the connection, and then for the response.

    Raises:
        DeliveryError: The service refused it, permanently or not, or did not answer in time.
    """
    try:
        answer = over.handle_request(_request(webhook, secret, now, timeout))
    except httpx.TransportError as error:
        name = type(error).__name__
        raise DeliveryError(f"no answer: {name} {error}", is_permanent=False) from error
    except httpx.InvalidURL as error:
        raise DeliveryError(f"its address cannot be read: {error}", is_permanent=True) from error
    _drain(answer)
    status = answer.status_code
    if not httpx.codes.is_success(status):
        may_later = status in (TIMED_OUT, TOO_MANY) or status >= SERVER_ERROR
        raise DeliveryError(
            f"answered {status}",
            is_permanent=not may_later,
            wait=retry_after(answer.headers, now=now),
        )


def _drain(answer: httpx.Response) -> None:
    """Read a short response to its end, so that the connection can be reused; close a long one."""
    pieces = iter(cast("httpx.SyncByteStream", answer.stream))
    with suppress(httpx.TransportError):  # the status is all we need
        for _, _ in zip(range(MOST_PIECES), pieces, strict=False):
            pass
    answer.close()


def _request(
    webhook: ClaimedDelivery, secret: str, now: datetime, timeout: timedelta
) -> httpx.Request:
    return httpx.Request(
        "POST",
        webhook.to,
        content=webhook.body.encode(),
        headers={
            "content-type": "application/json",
            "idempotency-key": webhook.id,
            "webhook-id": webhook.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": sign_webhook(
                secret, delivery=webhook.id, at=now, body=webhook.body
            ),
        },
        extensions={"timeout": httpx.Timeout(timeout.total_seconds()).as_dict()},
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """Return the wait in a `Retry-After` header, given in seconds or as a date.

    Example:
        >>> retry_after({"retry-after": "120"}, now=datetime(2020, 1, 1, tzinfo=UTC))
        datetime.timedelta(seconds=120)
    """
    header = headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return timedelta(0)
    moment = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LONGEST_WAIT)
