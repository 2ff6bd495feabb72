"""Mails over SMTP, each with a Message-ID that stays the same over retries."""

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Literal

import aiosmtplib

from outsidein.delivery.attempts import DEADLINE, Attempts
from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.recipients import mailbox
from outsidein.errors import DeliveryError, InputError

PERMANENT_FROM = 500
ENOUGH = 421
UTF8 = "SMTPUTF8"

_Failure = (aiosmtplib.SMTPException, OSError)


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
    """Write a mail; the same delivery gives the same bytes.

    Raises:
        InputError: Its recipient is not one plain mailbox.
    """
    to = mailbox(mail.to)
    is_ascii = to.isascii() and sender.isascii()
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit") if is_ascii else SMTPUTF8)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(mail.due_at)
    message["From"] = _address(sender)
    message["To"] = _address(to)
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"  # suppresses automatic replies
    message.set_content(mail.body)
    return message


def _address(address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=domain)


class MailConnection:
    """A reusable connection to a mail server, opened by the first mail.

    If the server has closed it, the next mail reconnects first.
    """

    def __init__(self, server: MailServer, *, deadline: timedelta = DEADLINE) -> None:
        self._server = server
        self._attempts = Attempts(deadline)
        self._connection: aiosmtplib.SMTP | None = None

    def send(self, mail: ClaimedDelivery) -> None:
        """Hand a mail to the server.

        Raises:
            DeliveryError: The server refused it, permanently or not, or did not answer.
        """
        try:
            to, message = mailbox(mail.to), compose_mail(mail, sender=self._server.sender)
        except InputError as error:
            raise DeliveryError(str(error), is_permanent=True) from error
        try:
            self._attempts.run(self._hand_over(to, message.as_bytes()))
        except DeliveryError:
            self._drop()  # in the middle of a mail: the connection is of no further use
            raise
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]  # the one there is, however the server spells it
            raise _refusal(refused.code, refused.message) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error.code, error.message) from error
        except aiosmtplib.SMTPResponseException as error:
            # login, sender or connection refused: not the mail's fault, so it waits
            self._drop()
            raise DeliveryError(f"{error.code} {error.message}", is_permanent=False) from error
        except _Failure as error:
            self._drop()
            raise DeliveryError(f"no answer: {error}", is_permanent=False) from error

    def close(self) -> None:
        """Close the connection; the next mail opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*_Failure, DeliveryError):  # the mail is accepted or refused by now
                self._attempts.run(_quit(connection))
        self._attempts.close()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    async def _hand_over(self, to: str, message: bytes) -> None:
        connection = self._connection
        if connection is not None and not await _is_alive(connection):
            self._drop()
            connection = None
        if connection is not None:
            try:
                await self._transfer(connection, to, message)
            except aiosmtplib.SMTPSenderRefused as error:
                if error.code != ENOUGH:
                    raise
                self._drop()  # too many mails on one connection; this one was not accepted
            else:
                return
        self._connection = connection = _connection(self._server)
        await connection.connect()
        await self._transfer(connection, to, message)

    async def _transfer(self, connection: aiosmtplib.SMTP, to: str, message: bytes) -> None:
        sender = self._server.sender
        if to.isascii() and sender.isascii():
            await connection.sendmail(sender, [to], message)
            return
        try:
            await connection.sendmail(sender, [to], message, mail_options=[UTF8, "BODY=8BITMIME"])
        except aiosmtplib.SMTPNotSupported as error:
            problem = f"the mail server does not offer {UTF8}, which this address needs"
            raise DeliveryError(problem, is_permanent=True) from error


async def _is_alive(connection: aiosmtplib.SMTP) -> bool:
    try:
        await connection.noop()
    except _Failure:
        return False
    return True


async def _quit(connection: aiosmtplib.SMTP) -> None:
    try:
        await connection.quit()
    finally:
        connection.close()


def _connection(server: MailServer) -> aiosmtplib.SMTP:
    is_encrypted = server.tls != "none"
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.login or None,
        password=server.password if server.login else None,
        use_tls=server.tls == "implicit",
        start_tls=server.tls == "starttls",
        tls_context=ssl.create_default_context() if is_encrypted else None,
        timeout=None,  # the deadline bounds all of it
    )


def _refusal(code: int, text: str) -> DeliveryError:
    return DeliveryError(f"{code} {text}", is_permanent=code >= PERMANENT_FROM)
