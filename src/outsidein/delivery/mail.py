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
"""Seconds to wait for each answer of the server; a mail takes eleven at most, thirteen where the
line has to be opened anew."""

PERMANENT_FROM = 500
OK, ENOUGH = 250, 421


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


class MailLine:
    """A line to a mail server over which mail after mail goes; opened by the first.

    One that the server has ended meanwhile is opened anew, before a mail goes over it.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: Claimed) -> None:
        """Hand a mail to the server.

        Raises:
            DeliveryError: The server refused it, for good or for now, or did not answer.
        """
        try:
            self._hand_over(compose(mail, sender=self._server.sender))
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[mail.to]
            raise _refusal(code, said) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            # login, sender or line refused: no fault of the mail, which waits till that is mended
            self.close()
            line = _line(error.smtp_code, error.smtp_error)
            raise DeliveryError(line, is_permanent=False) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"no answer: {error}", is_permanent=False) from error

    def close(self) -> None:
        """End the line; the next mail opens another."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(smtplib.SMTPException, OSError):  # the mail is taken, or refused, by now
            connection.quit()
        connection.close()

    def _hand_over(self, message: EmailMessage) -> None:
        if self._connection is not None and not _is_alive(self._connection):
            self.close()
        if self._connection is not None:
            try:
                self._connection.send_message(message)
            except smtplib.SMTPSenderRefused as error:
                if error.smtp_code != ENOUGH:
                    raise
                self.close()  # so many on one line and no more: none of this one was taken
            else:
                return
        self._connection = _opened(self._server)
        self._connection.send_message(message)


def _is_alive(connection: smtplib.SMTP) -> bool:
    try:
        return bool(connection.noop()[0] == OK)
    except (smtplib.SMTPException, OSError):
        return False


def _opened(server: MailServer) -> smtplib.SMTP:
    connection = _connect(server)
    try:
        if server.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.login:
            connection.login(server.login, server.password)
    except (smtplib.SMTPException, OSError):
        connection.close()
        raise
    return connection


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)


def _refusal(code: int, said: bytes | str) -> DeliveryError:
    return DeliveryError(_line(code, said), is_permanent=code >= PERMANENT_FROM)


def _line(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
