import shutil
import socket
import ssl
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy.orm import Session

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.delivery_list import list_deliveries
from outsidein.delivery.dispatch import Outbox, deliver_batch
from outsidein.delivery.mail import MailConnection, MailServer, compose_mail
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.errors import DeliveryError
from tests.delivery.servers import Postbox, dripping_server, smtp_server

NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)
MAIL = ClaimedDelivery(
    "0a" * 16, "mail", "ann@shop.example", "Fall Müller: 3 Tage zu spät",
    "Grüß Gott,\n\nhttps://shop.example/case/" + "x" * 200 + "\n", "case:1", NOW, 1, "w1",
    NOW + timedelta(minutes=5),
)  # fmt: skip


def send_mail(server, mail):
    with closing(MailConnection(server)) as line:
        line.send(mail)


def server(port, **settings):
    return MailServer("127.0.0.1", port, "outsidein@shop.example", "none", **settings)


def test_a_mail_arrives_as_it_was_written_with_its_own_message_id():
    with smtp_server() as (postbox, port):
        send_mail(server(port), MAIL)
    (mail,) = postbox.mails
    assert mail["Message-ID"] == f"<{MAIL.id}@shop.example>"
    assert mail["Subject"] == MAIL.subject
    assert mail["From"] == "outsidein@shop.example"
    assert mail["To"] == "ann@shop.example"
    assert mail["Date"].datetime == NOW
    assert mail.get_content().replace("\r\n", "\n") == MAIL.body


def test_the_same_mail_is_the_same_bytes():
    one, other = (compose_mail(MAIL, sender="a@shop.example").as_bytes() for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("answer", "is_permanent"), [("451 try later", False), ("550 no such box", True)]
)
def test_the_servers_word_decides_whether_another_attempt_makes_sense(answer, is_permanent):
    with smtp_server([answer]) as (postbox, port):
        with pytest.raises(DeliveryError, match=answer) as error:
            send_mail(server(port), MAIL)
        assert error.value.is_permanent is is_permanent
    assert postbox.mails == []


def test_a_server_that_is_not_there_is_tried_again():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, and nobody listens
        with pytest.raises(DeliveryError, match="no answer") as error:
            send_mail(server(held.getsockname()[1]), MAIL)
    assert error.value.is_permanent is False


def test_a_login_that_is_refused_is_no_fault_of_the_mail():
    def authenticate(_server, _session, _envelope, _mechanism, given):
        return AuthResult(success=given.password == b"right", handled=False)

    settings = {"authenticator": authenticate, "auth_require_tls": False}
    with smtp_server(**settings) as (postbox, port):
        with pytest.raises(DeliveryError, match="535") as error:
            send_mail(server(port, login="shop", password="wrong"), MAIL)  # noqa: S106
        assert error.value.is_permanent is False
        send_mail(server(port, login="shop", password="right"), MAIL)  # noqa: S106
    assert len(postbox.mails) == 1


def test_a_server_without_encryption_gets_no_mail_when_encryption_is_asked_for():
    with smtp_server() as (postbox, port), pytest.raises(DeliveryError, match="STARTTLS"):
        send_mail(MailServer("127.0.0.1", port, "a@shop.example", "starttls"), MAIL)
    assert postbox.mails == []


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine that nobody trusts yet."""
    openssl = shutil.which("openssl") or pytest.skip("needs openssl, which is not here")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def test_a_mail_goes_over_an_encrypted_line_to_a_server_that_is_trusted_and_to_no_other(
    certificate, monkeypatch
):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    with smtp_server(tls_context=context, require_starttls=True) as (postbox, port):
        secure = MailServer("127.0.0.1", port, "outsidein@shop.example", "starttls")
        with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED"):
            send_mail(secure, MAIL)
        with pytest.raises(DeliveryError, match="STARTTLS") as error:
            send_mail(server(port), MAIL)
        assert (error.value.is_permanent, postbox.mails) == (False, [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        send_mail(secure, MAIL)
    assert len(postbox.mails) == 1


def test_mail_after_mail_goes_over_one_line():
    with smtp_server() as (postbox, port):
        line = MailConnection(server(port))
        for _ in range(5):
            line.send(MAIL)
        line.close()
        line.send(MAIL)
        line.close()
    assert (len(postbox.mails), len(postbox.lines)) == (6, 2)


def test_a_line_that_the_server_ended_is_opened_anew_and_no_mail_is_lost_or_sent_twice():
    with smtp_server(timeout=0.2) as (postbox, port):
        line = MailConnection(server(port))
        line.send(MAIL)
        time.sleep(0.6)
        line.send(MAIL)
        line.close()
    assert (len(postbox.mails), len(postbox.lines)) == (2, 2)


def test_a_server_that_takes_so_many_on_one_line_gets_the_next_on_another():
    class Strict(Postbox):
        async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: ARG002, N802
            if session.peer in self.lines:
                return "421 one mail a line"
            envelope.mail_from = address
            return "250 OK"

    with smtp_server(postbox=Strict()) as (postbox, port):
        line = MailConnection(server(port))
        for _ in range(3):
            line.send(MAIL)
        line.close()
    assert (len(postbox.mails), len(postbox.lines)) == (3, 3)


def test_a_refused_recipient_does_not_end_the_line():
    with smtp_server(["550 no such box"]) as (postbox, port):
        line = MailConnection(server(port))
        with pytest.raises(DeliveryError):
            line.send(MAIL)
        line.send(MAIL)
        line.close()
    assert len(postbox.mails) == 1


def to(address):
    return replace(MAIL, to=address)


def test_the_envelope_names_the_address_that_is_stored_and_the_header_the_same():
    with smtp_server(enable_SMTPUTF8=False) as (postbox, port):
        send_mail(server(port), to("info@bücher.de"))
    (mail,) = postbox.mails
    assert postbox.recipients == ["info@xn--bcher-kva.de"]
    assert mail["To"] == "info@xn--bcher-kva.de"


def test_an_address_that_needs_smtputf8_goes_to_a_server_that_offers_it_and_fails_at_any_other():
    with smtp_server(enable_SMTPUTF8=False) as (postbox, port):
        with pytest.raises(DeliveryError, match="does not offer SMTPUTF8") as error:
            send_mail(server(port), to("josé@x.example"))
        assert (error.value.is_permanent, postbox.mails) == (True, [])
    with smtp_server(enable_SMTPUTF8=True) as (postbox, port):
        send_mail(server(port), to("josé@x.example"))
        send_mail(server(port), to("ann@x.example"))
    assert postbox.recipients == ["josé@x.example", "ann@x.example"]
    assert {mail["Subject"] for mail in postbox.mails} == {MAIL.subject}


@pytest.mark.parametrize(
    "address", ['"gone"@x.example', "gone(x)@x.example", "x:eve@x.example", "[ann]@x.example"]
)
def test_what_is_not_one_plain_mailbox_is_never_handed_over(address):
    with smtp_server() as (postbox, port):
        with pytest.raises(DeliveryError, match="is not one plain mail address") as error:
            send_mail(server(port), to(address))
        assert error.value.is_permanent is True
    assert postbox.recipients == []


def test_a_refused_recipient_is_refused_however_the_server_spells_it():
    with smtp_server(["550 5.1.1 <ANN@SHOP>: who is that"]) as (_, port):
        with pytest.raises(DeliveryError, match="who is that") as error:
            send_mail(server(port), to("Ann@Shop.example"))
        assert error.value.is_permanent is True


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [((), b"2"), ((b"220 hello\r\n",), b"250-more\r\n")],
    ids=["byte", "line"],
)
def test_a_server_that_answers_drop_by_drop_is_left_at_the_deadline(beginning, drop):
    begun = time.monotonic()
    with dripping_server(*beginning, drop=drop) as (port, received):
        line = MailConnection(server(port), deadline=timedelta(seconds=0.5))
        with closing(line), pytest.raises(DeliveryError, match="not done within") as error:
            line.send(MAIL)
    assert error.value.is_permanent is False
    assert time.monotonic() - begun < 4
    assert b"DATA" not in b"".join(received)


def test_a_password_is_not_shown():
    assert "hunter2" not in repr(server(25, login="shop", password="hunter2"))  # noqa: S106


def test_the_outbox_is_emptied_over_smtp_and_what_was_refused_waits(store):
    with Session(store) as session, session.begin():
        for key in ("a", "b"):
            post_delivery(
                session,
                OutgoingDelivery(key, "mail", f"{key}@x.example", key, "Look.", "case:1", NOW),
            )
    with smtp_server(["451 later"]) as (postbox, port):
        line = MailConnection(server(port))
        outbox = Outbox(store, "mail", lambda: NOW, Random(1), "w1")  # noqa: S311  spreads waits
        done = [deliver_batch(outbox, lambda mail, _: line.send(mail)) for _ in range(2)]
        line.close()
    assert done == [2, 0]
    assert len(postbox.mails) == 1
    with Session(store) as session:
        found = {(one.state, one.problem) for one in list_deliveries(session)}
    assert found == {("delivered", None), ("waiting", "451 later")}
