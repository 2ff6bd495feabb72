"""Mails over SMTP, each with a Message-ID that is the same however often it is sent."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from outsidein.delivery.outbox import Claimed
from outsidein.errors import DeliveryError

TIMEOUT = 20
"""Seconds to wait for each answer of the server; a mail takes eleven at most."""

PERMANENT_FROM = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mails, and who they come from."""

    host: str
    port: int
    sender: str
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    login: str | None = None
    password: str = field(default="", repr=False)


def compose(mail: Claimed, *, sender: str) -> EmailMessage:
    """Write a mail; the same delivery gives the same bytes."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(mail.due_at)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"  # asks holiday notices not to answer
    message.set_content(mail.body)
    return message


def send_mail(server: MailServer, mail: Claimed) -> None:
    """Hand a mail to the server.

    Raises:
        DeliveryError: The server refused it, for good or for now, or did not answer.
    """
    message = compose(mail, sender=server.sender)
    try:
        _hand_over(server, message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[mail.to]
        raise _refusal(code, said) from error
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:
        # login, sender or line refused: no fault of the mail, which waits until that is mended
        raise DeliveryError(_line(error.smtp_code, error.smtp_error), is_permanent=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"no answer: {error}", is_permanent=False) from error


def _hand_over(server: MailServer, message: EmailMessage) -> None:
    connection = _connect(server)
    try:
        if server.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.login:
            connection.login(server.login, server.password)
        connection.send_message(message)
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the mail is taken, or refused, by now
            connection.quit()
        connection.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)


def _refusal(code: int, said: bytes | str) -> DeliveryError:
    return DeliveryError(_line(code, said), is_permanent=code >= PERMANENT_FROM)


def _line(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
