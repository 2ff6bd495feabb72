import base64
import socket
import threading
import time
from contextlib import closing, nullcontext, suppress
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.webhook import WebhookConnection, retry_after, sign_webhook
from outsidein.errors import DeliveryError
from tests.delivery.servers import dripping_server, http_server

SECRET = "s3cret of thirty-two characters."  # noqa: S105
NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)
BODY = '{"case": "1", "state": "geöffnet"}'


def hook(to):
    held_until = NOW + timedelta(minutes=5)
    return ClaimedDelivery("0a" * 16, "webhook", to, "", BODY, "case:1", NOW, 1, "w1", held_until)


def send(to, *, now=NOW, **waiting):
    with closing(WebhookConnection(SECRET, **waiting)) as connection:
        connection.send(hook(to), now)


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
        ("9" * 5_000, 86400),
        ("0" * 5_000 + "7", 7),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 86400),
        ("Sat, 01 Jan 0001 00:00:00 +2359", 0),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("²", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(said, seconds):
    assert retry_after({"retry-after": said}, now=NOW) == timedelta(seconds=seconds)


def test_webhook_after_webhook_goes_over_one_line_refused_ones_too():
    answers = [(204, {}), (503, {}), (200, {})]
    connection = WebhookConnection(SECRET)
    with http_server(answers) as (requests, address), closing(connection):
        for refused in (nullcontext(), pytest.raises(DeliveryError), nullcontext()):
            with refused:
                connection.send(hook(address), NOW)
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
        with pytest.raises(DeliveryError, match=r"not done within 0\.2 seconds") as error:
            send(to, deadline=timedelta(seconds=0.2))
    assert error.value.is_permanent is False


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [((b"HTTP/1.1 200 OK\r\n",), b"x-more: 1\r\n"), ((), b"H")],
    ids=["headers", "status"],
)
def test_an_answer_that_comes_drop_by_drop_is_left_at_the_deadline(beginning, drop):
    begun = time.monotonic()
    with (
        dripping_server(*beginning, drop=drop) as (port, _),
        pytest.raises(DeliveryError) as error,
    ):
        send(f"http://127.0.0.1:{port}/", deadline=timedelta(seconds=0.5))
    assert error.value.is_permanent is False
    assert time.monotonic() - begun < 4


def test_an_answer_whose_rest_comes_drop_by_drop_counts():
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n"
    with dripping_server(head, drop=b"x") as (port, _):
        send(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("host", [f"{'b' * 70}.example", "xn--a", "x..example"])
def test_a_host_that_cannot_exist_is_given_up_at_once(host):
    with pytest.raises(DeliveryError) as error:
        send(f"http://{host}:9/")
    assert error.value.is_permanent is True
