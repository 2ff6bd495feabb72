"""What mails and webhooks are sent with, as the settings say."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from outsidein.delivery.dispatch import Send
from outsidein.delivery.mail import MailConnection, MailServer
from outsidein.delivery.outbox import ClaimedDelivery
from outsidein.errors import InputError
from outsidein.settings import PREFIX, Settings


class Sender(NamedTuple):
    """What sends one kind of delivery; `rest` ends its line once there is nothing to send."""

    send: Send
    rest: Callable[[], None]


def mail_sender(settings: Settings) -> Sender | None:
    """Return what sends mails; None where no server is set.

    Raises:
        InputError: A server is set, but nobody the mails come from.
    """
    if settings.smtp_host is None:
        return None
    if settings.smtp_from is None:
        raise InputError(f"Set {PREFIX}SMTP_FROM to the address that mails come from.")
    password = settings.smtp_password
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        tls=settings.smtp_tls,
        login=settings.smtp_login,
        password=password.get_secret_value() if password else "",
    )

    line = MailConnection(server)

    def send(mail: ClaimedDelivery, _: datetime) -> None:
        line.send(mail)

    return Sender(send, line.close)


def webhook_sender(settings: Settings) -> Sender | None:
    """Return what sends webhooks; None where no secret is set to sign them with."""
    if settings.webhook_secret is None:
        return None
    import httpx  # noqa: PLC0415  loaded by who needs it

    from outsidein.delivery.webhook import send_webhook  # noqa: PLC0415  loaded by who needs it

    secret, over = settings.webhook_secret.get_secret_value(), httpx.HTTPTransport()

    def send(webhook: ClaimedDelivery, now: datetime) -> None:
        send_webhook(over, webhook, secret=secret, now=now)

    return Sender(send, over.close)
