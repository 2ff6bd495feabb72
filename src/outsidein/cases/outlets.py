"""The ways out of a project's loop: notices to staff and customers, acts into the audit."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.waiting import keep_notice
from outsidein.delivery.links import CaseAction, CaseVerb, case_link, sign_action
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.settings import Settings
from outsidein.store.audit import record

WORDS = {
    CaseVerb.ACCEPT: "Accept it",
    CaseVerb.HAND_OVER: "Hand it over to another team",
    CaseVerb.DONE: "Mark it as done, with its cause",
}


def outlets(read_settings: Callable[[], Settings]) -> Outlets:
    """Keep notices to staff until they are mailed, and post those to customers at once.

    Both are part of the transaction of the case.

    Args:
        read_settings: Returns the settings of the installation.
    """

    def post(session: Session, notice: Notice) -> None:
        reader = notice.asks or notice.reader
        if reader is None:
            post_delivery(session, _customer_mail(notice))
        else:
            keep_notice(session, notice, reader=reader)

    return Outlets(post, record, lambda: read_settings().link_key())


def case_links(
    settings: Settings, *, number: int, reader: str, now: datetime
) -> Mapping[CaseVerb, str]:
    """Return a signed link for each thing that a reader is asked to do to a case.

    Raises:
        InputError: No secret is set to sign them with.
    """
    secret = settings.link_key()
    return {
        verb: case_link(
            settings.public_url, sign_action(secret, CaseAction(str(number), verb, reader), now)
        )
        for verb in WORDS
    }


def _customer_mail(notice: Notice) -> OutgoingDelivery:
    return OutgoingDelivery(
        key=notice.key,
        kind="mail",
        to=notice.to,
        subject=notice.subject,
        body=notice.body + "\n",
        about=notice.about,
        due_at=notice.due_at,
    )
