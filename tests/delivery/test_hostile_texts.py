"""Whatever a mail or a webhook says arrives as that, and adds neither header nor recipient."""

import json
from contextlib import closing, suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from random import Random

import pytest
from sqlalchemy.orm import Session

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.delivery_list import deliveries_by_state
from outsidein.delivery.dispatch import Outbox, deliver_batch
from outsidein.delivery.mail import MailConnection, MailServer, compose_mail
from outsidein.delivery.outbox import (
    OutgoingDelivery,
    RefusedDelivery,
    post_delivery,
    post_given_up,
)
from outsidein.delivery.webhook import WebhookConnection
from outsidein.errors import InputError
from outsidein.project.one_line import is_one_line
from outsidein.store.model import storable
from tests.delivery.servers import http_server, smtp_server
from tests.hostile import CORPUS, LONE_SURROGATE

NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)
TEXTS = {"lone surrogate": LONE_SURROGATE, **CORPUS}
SHORT = {what: text for what, text in TEXTS.items() if len(text) < 1_000}
HEADERS = {
    *("Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
}


def outgoing(key, kind="mail", **changed):
    plain = {"to": "ann@shop.example", "subject": "Look", "body": "Look.", "about": key}
    return OutgoingDelivery(key=key, kind=kind, due_at=NOW, **plain | changed)


def deliver(store, kind, send):
    outbox = Outbox(store, kind, lambda: NOW, Random(1), "w1")  # noqa: S311  spreads waits
    while deliver_batch(outbox, send):
        pass


def states(store):
    with Session(store) as session:
        return {state: n for state, n in deliveries_by_state(session).items() if n}


def test_every_mail_arrives_with_its_body_and_its_own_headers_alone(store):
    with Session(store) as session, session.begin():
        for what, text in TEXTS.items():
            post_delivery(session, outgoing(what, body=f"{text}\n", about=text))
    with smtp_server() as (postbox, port):
        server = MailServer("127.0.0.1", port, "outsidein@shop.example", "none")
        with closing(MailConnection(server)) as connection:
            deliver(store, "mail", lambda mail, _: connection.send(mail))
    assert states(store) == {"delivered": len(TEXTS)}
    assert set(postbox.recipients) == {"ann@shop.example"}
    bodies = {mail["Message-ID"][1:33]: mail.get_content() for mail in postbox.mails}
    expected = {outgoing(what).id: f"{storable(text)}\n" for what, text in TEXTS.items()}
    assert {key: body.replace("\r\n", "\n") for key, body in bodies.items()} == {
        key: body.replace("\r\n", "\n") for key, body in expected.items()
    }
    assert {name for mail in postbox.mails for name in mail} == HEADERS


def test_a_subject_of_two_lines_is_refused_and_every_other_arrives_as_it_was_written():
    subjects = {what: text for what, text in SHORT.items() if is_one_line(text)}
    for what in SHORT.keys() - subjects.keys():
        with pytest.raises(InputError, match="must be one line"):
            outgoing("1", subject=TEXTS[what])
    for text in subjects.values():
        mail = ClaimedDelivery("1", "mail", "ann@shop.example", text, "", "", NOW, 1, "w1", NOW)
        written = compose_mail(mail, sender="outsidein@shop.example").as_bytes()
        read = message_from_bytes(written, policy=default)
        assert (set(read), read["Subject"].strip()) == (HEADERS, text.strip())


def test_no_text_is_taken_for_several_recipients_or_for_a_hidden_one():
    for text in TEXTS.values():
        with suppress(InputError):
            to = outgoing("1", to=text).to
            assert (to.count("@"), to.isprintable(), " " in to) == (1, True, False)


def test_every_webhook_says_in_json_what_it_was_given(store):
    bodies = {what: json.dumps({"text": text}, ensure_ascii=False) for what, text in TEXTS.items()}
    with http_server() as (requests, address):
        with Session(store) as session, session.begin():
            for what, body in bodies.items():
                post_delivery(session, outgoing(what, "webhook", to=address, body=body))
        with closing(WebhookConnection("s" * 32)) as connection:
            deliver(store, "webhook", connection.send)
    assert states(store) == {"delivered": len(TEXTS)}
    arrived = {headers["webhook-id"]: json.loads(body)["text"] for headers, body, _ in requests}
    shown = TEXTS | {"lone surrogate": storable(LONE_SURROGATE)}
    assert arrived == {outgoing(what).id: text for what, text in shown.items()}


def test_what_cannot_be_written_is_listed_with_its_reason_and_the_others_go_out(store):
    with Session(store) as session, session.begin():
        for what, text in TEXTS.items():
            refused = RefusedDelivery(what, "mail", text, text, text, NOW)
            post_given_up(session, refused, problem=text)
        post_delivery(session, outgoing("good"))
    assert states(store) == {"given_up": len(TEXTS), "waiting": 1}
