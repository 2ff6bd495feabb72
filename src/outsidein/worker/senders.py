"""The senders of mails and webhooks, as the settings say."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.dispatch import Send
from outsidein.delivery.mail import MailConnection, MailServer
from outsidein.delivery.recipients import mailbox
from outsidein.delivery.webhook import WebhookConnection
from outsidein.errors import InputError
from outsidein.settings import PREFIX, Settings


class Sender(NamedTuple):
    """Sends one kind of delivery; `close` ends its connection once nothing is due."""

    send: Send
    close: Callable[[], None]


def mail_sender(settings: Settings) -> Sender | None:
    """Return the sender of mails; None if no server is set.

    Raises:
        InputError: A server is set, but no sender address.
    """
    if settings.smtp_host is None:
        return None
    if settings.smtp_from is None:
        raise InputError(f"Set {PREFIX}SMTP_FROM to the address that mails come from.")
    try:
        sender = mailbox(settings.smtp_from)
    except InputError as error:
        raise InputError(f"{PREFIX}SMTP_FROM: {error}") from error
    password = settings.smtp_password
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=sender,
        tls=settings.smtp_tls,
        login=settings.smtp_login,
        password=password.get_secret_value() if password else "",
    )

    connection = MailConnection(server)

    def send(mail: ClaimedDelivery, _: datetime) -> None:
        connection.send(mail)

    return Sender(send, connection.close)


def webhook_sender(settings: Settings) -> Sender | None:
    """Return the sender of webhooks; None if no secret to sign them is set."""
    if settings.webhook_secret is None:
        return None
    connection = WebhookConnection(settings.webhook_secret.get_secret_value())
    return Sender(connection.send, connection.close)
