"""The ways out of a project's loop: notices into the outbox, acts into the audit."""

import json
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from outsidein.cases.notices import Notice, Outlets
from outsidein.delivery.links import CaseAction, CaseVerb, case_link, sign_action
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.settings import Settings
from outsidein.store.audit import record

WEB = ("http://", "https://")

WORDS = {
    CaseVerb.ACCEPT: "Accept it",
    CaseVerb.HAND_OVER: "Hand it over to another team",
    CaseVerb.DONE: "Mark it as done, with its cause",
}

LINKS = "Each link shows the case; nothing changes before its button is pressed."
"""Who only wants to look must not fear to open one."""


def outlets(read_settings: Callable[[], Settings]) -> Outlets:
    """Leave notices in the outbox and acts in the audit, in the transaction of the case.

    A member of a team who is asked to act gets a signed link for each thing to be done, where a
    secret to sign with is set. An address that begins with `http` gets a webhook, any other a
    mail.

    Args:
        read_settings: Returns the settings of the installation; called for each notice.
    """

    def leave(session: Session, notice: Notice) -> object:
        return post_delivery(session, _outgoing(notice, _links(notice, read_settings())))

    return Outlets(leave, record)


def _outgoing(notice: Notice, links: Mapping[CaseVerb, str]) -> OutgoingDelivery:
    is_web = notice.to.startswith(WEB)
    return OutgoingDelivery(
        key=notice.key,
        kind="webhook" if is_web else "mail",
        to=notice.to,
        subject=notice.subject,
        body=_json(notice, links) if is_web else _text(notice, links),
        about=notice.about,
        due_at=notice.due_at,
    )


def _text(notice: Notice, links: Mapping[CaseVerb, str]) -> str:
    paragraphs = [f"{WORDS[verb]}:\n{link}" for verb, link in links.items()]
    return "\n\n".join([notice.body, *([LINKS] if paragraphs else []), *paragraphs]) + "\n"


def _json(notice: Notice, links: Mapping[CaseVerb, str]) -> str:
    content = {
        "key": notice.key,
        "kind": notice.kind,
        "about": notice.about,
        "subject": notice.subject,
        "text": notice.body,
        "links": {verb.value: link for verb, link in links.items()},
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _links(notice: Notice, settings: Settings) -> dict[CaseVerb, str]:
    if notice.asks is None or settings.link_secret is None:
        return {}
    case, who, secret = notice.about.removeprefix("case:"), notice.asks, settings.link_key()
    return {
        verb: case_link(
            settings.public_url, sign_action(secret, CaseAction(case, verb, who), notice.due_at)
        )
        for verb in WORDS
    }
