import base64
import socket
import threading
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.webhook import retry_after, send_webhook, sign_webhook
from outsidein.errors import DeliveryError
from tests.delivery.servers import http_server

SECRET = "s3cret of thirty-two characters."  # noqa: S105
NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)
BODY = '{"case": "1", "state": "geöffnet"}'


def hook(to):
    return ClaimedDelivery("0a" * 16, "webhook", to, "", BODY, "case:1", NOW, 1, "w1")


def send(to, *, now=NOW, **waiting):
    with httpx.HTTPTransport() as over:
        send_webhook(over, hook(to), secret=SECRET, now=now, **waiting)


def lowered(headers):
    return {name.lower(): value for name, value in headers.items()}


def test_a_webhook_arrives_with_its_idempotency_key_and_a_signature_others_can_verify():
    """Verified by the reference library of the specification."""
    now = datetime.now(UTC)
    with http_server() as (requests, address):
        send(address, now=now)
    ((headers, body, path),) = requests
    assert path == "/hook"
    assert lowered(headers)["idempotency-key"] == "0a" * 16
    verifier = Webhook(base64.b64encode(SECRET.encode()).decode())
    assert verifier.verify(body, headers) == {"case": "1", "state": "geöffnet"}
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body.replace(b"1", b"2"), headers)


def test_a_retry_has_the_same_key_and_a_signature_of_its_own_time():
    with http_server([(503, {})]) as (requests, address):
        with pytest.raises(DeliveryError):
            send(address)
        send(address, now=NOW + timedelta(hours=1))
    first, second = (lowered(headers) for headers, _, _ in requests)
    assert first["webhook-id"] == second["webhook-id"] == second["idempotency-key"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 3600
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("at", [NOW, NOW + timedelta(seconds=1)])
@pytest.mark.parametrize("body", ["{}", "[]"])
@pytest.mark.parametrize("delivery", ["a", "b"])
def test_the_signature_covers_id_moment_body_and_secret(delivery, at, body):
    changed = (delivery, at, body) != ("a", NOW, "{}")
    given = sign_webhook(SECRET, delivery="a", at=NOW, body="{}")
    assert (sign_webhook(SECRET, delivery=delivery, at=at, body=body) != given) is changed
    assert sign_webhook("other", delivery="a", at=NOW, body="{}") != given


@pytest.mark.parametrize(
    ("status", "is_permanent"),
    [
        *((status, False) for status in (500, 502, 503, 429, 408)),
        *((status, True) for status in (400, 401, 404, 410, 301)),
    ],
)
def test_the_status_decides_whether_another_attempt_makes_sense(status, is_permanent):
    elsewhere = {"location": "http://127.0.0.1:1/"}
    with (
        http_server([(status, elsewhere)]) as (_, address),
        pytest.raises(DeliveryError, match=f"answered {status}") as error,
    ):
        send(address)
    assert error.value.is_permanent is is_permanent


def test_the_wait_that_a_service_asks_for_is_told():
    with (
        http_server([(429, {"retry-after": "7200"})]) as (_, address),
        pytest.raises(DeliveryError) as error,
    ):
        send(address)
    assert error.value.wait == timedelta(hours=2)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Wed, 01 Jan 2020 12:30:00 GMT", 1800),
        ("Wed, 01 Jan 2020 11:30:00 GMT", 0),
        ("99999999999", 86400),
        ("soon", 0),
        ("-5", 0),
        ("²", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(said, seconds):
    assert retry_after({"retry-after": said}, now=NOW) == timedelta(seconds=seconds)


def test_webhook_after_webhook_goes_over_one_line_refused_ones_too():
    answers = [(204, {}), (503, {}), (200, {})]
    with http_server(answers) as (requests, address), httpx.HTTPTransport() as over:
        for refused in (nullcontext(), pytest.raises(DeliveryError), nullcontext()):
            with refused:
                send_webhook(over, hook(address), secret=SECRET, now=NOW)
    assert len({headers["x-line"] for headers, _, _ in requests}) == 1


def test_an_answer_without_end_is_left():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Thread(target=talk_for_ever, args=(listening,), daemon=True)
        over.start()
        send(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        over.join(20)
    assert not over.is_alive()


def talk_for_ever(listening):
    """Answer yes, and go on until nobody listens."""
    line, _ = listening.accept()
    line.recv(65536)
    with line, suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)


def test_a_service_that_does_not_answer_in_time_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        to = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(DeliveryError, match="no answer: ReadTimeout") as error:
            send(to, timeout=timedelta(seconds=0.2))
    assert error.value.is_permanent is False
