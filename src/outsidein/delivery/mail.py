"""Mails over SMTP, each with a Message-ID that stays the same over retries."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.errors import DeliveryError

TIMEOUT = 20
"""Seconds to wait for each reply of the server; a mail takes eleven replies at most, or thirteen
with a new connection."""

PERMANENT_FROM = 500
OK, ENOUGH = 250, 421


@dataclass(frozen=True, slots=True)
class MailServer:
    """An outgoing mail server and the sender."""

    host: str
    port: int
    sender: str
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    login: str | None = None
    password: str = field(default="", repr=False)


def compose_mail(mail: ClaimedDelivery, *, sender: str) -> EmailMessage:
    """Write a mail; the same delivery gives the same bytes."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(mail.due_at)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"  # suppresses automatic replies
    message.set_content(mail.body)
    return message


class MailConnection:
    """A reusable connection to a mail server, opened by the first mail.

    If the server has closed it, the next mail reconnects first.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: ClaimedDelivery) -> None:
        """Hand a mail to the server.

        Raises:
            DeliveryError: The server refused it, permanently or not, or did not answer.
        """
        try:
            self._hand_over(compose_mail(mail, sender=self._server.sender))
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients[mail.to]
            raise _refusal(code, text) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            # login, sender or connection refused: not the mail's fault, so it waits
            self.close()
            line = _reply_text(error.smtp_code, error.smtp_error)
            raise DeliveryError(line, is_permanent=False) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"no answer: {error}", is_permanent=False) from error

    def close(self) -> None:
        """Close the connection; the next mail opens another."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(smtplib.SMTPException, OSError):  # the mail is accepted or refused by now
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
                self.close()  # too many mails on one connection; this one was not accepted
            else:
                return
        self._connection = _logged_in_connection(self._server)
        self._connection.send_message(message)


def _is_alive(connection: smtplib.SMTP) -> bool:
    try:
        return bool(connection.noop()[0] == OK)
    except (smtplib.SMTPException, OSError):
        return False


def _logged_in_connection(server: MailServer) -> smtplib.SMTP:
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


def _refusal(code: int, text: bytes | str) -> DeliveryError:
    return DeliveryError(_reply_text(code, text), is_permanent=code >= PERMANENT_FROM)


def _reply_text(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
