"""Webhooks over HTTP, signed by the Standard Webhooks specification."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import cast

import httpx

from outsidein.delivery.attempts import DEADLINE, Attempts
from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.recipients import web_address
from outsidein.errors import DeliveryError, InputError

LONGEST_WAIT = timedelta(days=1)
"""The longest wait that a service may ask for."""

MOST_DIGITS = 9

DRAIN = timedelta(seconds=2)
"""How long to read on for the rest of an answer once its status is known."""

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


class WebhookConnection:
    """Connections to receivers of webhooks, kept open while something is due."""

    def __init__(self, secret: str, *, deadline: timedelta = DEADLINE) -> None:
        self._secret = secret
        self._attempts = Attempts(deadline)
        self._transport: httpx.AsyncHTTPTransport | None = None

    def send(self, webhook: ClaimedDelivery, now: datetime) -> None:
        """Post a webhook; any 2xx status is success, a redirect is failure.

        Args:
            webhook: The delivery.
            now: The moment (aware).

        Raises:
            DeliveryError: The service refused it, permanently or not, or did not answer in time.
        """
        try:
            request = _request(webhook, self._secret, now)
        except (InputError, httpx.InvalidURL) as error:
            raise DeliveryError(str(error), is_permanent=True) from error
        try:
            answer = self._attempts.run(self._post(request))
        except httpx.TransportError as error:
            name = type(error).__name__
            raise DeliveryError(f"no answer: {name} {error}", is_permanent=False) from error
        _check(answer, now=now)

    def close(self) -> None:
        """Close all connections; the next webhook opens another."""
        transport, self._transport = self._transport, None
        if transport is not None:
            with suppress(httpx.TransportError, DeliveryError):
                self._attempts.run(transport.aclose())
        self._attempts.close()

    async def _post(self, request: httpx.Request) -> httpx.Response:
        if self._transport is None:
            self._transport = httpx.AsyncHTTPTransport()
        answer = await self._transport.handle_async_request(request)
        await _drain(answer)
        return answer


def _check(answer: httpx.Response, *, now: datetime) -> None:
    status = answer.status_code
    if not httpx.codes.is_success(status):
        may_later = status in (TIMED_OUT, TOO_MANY) or status >= SERVER_ERROR
        raise DeliveryError(
            f"answered {status}",
            is_permanent=not may_later,
            wait=retry_after(answer.headers, now=now),
        )


async def _drain(answer: httpx.Response) -> None:
    """Read a short response to its end, so that the connection can be reused; close a long one."""
    with suppress(httpx.TransportError, TimeoutError):  # the status is all we need
        async with asyncio.timeout(DRAIN.total_seconds()):
            await _read_some(answer)
    await answer.aclose()


async def _read_some(answer: httpx.Response) -> None:
    pieces = 0
    async for _ in cast("httpx.AsyncByteStream", answer.stream):
        pieces += 1
        if pieces == MOST_PIECES:
            return


def _request(webhook: ClaimedDelivery, secret: str, now: datetime) -> httpx.Request:
    return httpx.Request(
        "POST",
        web_address(webhook.to),
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
        extensions={"timeout": httpx.Timeout(None).as_dict()},  # the deadline bounds all of it
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """Return the wait in a `Retry-After` header, given in seconds or as a date; at most a day.

    Example:
        >>> retry_after({"retry-after": "120"}, now=datetime(2020, 1, 1, tzinfo=UTC))
        datetime.timedelta(seconds=120)
    """
    header = headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        digits = header.lstrip("0") or "0"
        seconds = int(digits) if len(digits) <= MOST_DIGITS else LONGEST_WAIT.total_seconds()
        return min(timedelta(seconds=seconds), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(header)
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):  # no date, or none of this calendar
        return timedelta(0)
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
