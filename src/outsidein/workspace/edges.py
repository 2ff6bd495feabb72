"""The ways out of a project's loop: notices into the outbox, acts into the audit."""

import json
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from outsidein.cases.declaration import Team
from outsidein.cases.notices import Edges, Notice
from outsidein.delivery.links import Action, Verb, address, sign
from outsidein.delivery.outbox import Outgoing, post
from outsidein.settings import Settings
from outsidein.store.audit import record

WEB = ("http://", "https://")

ASKS = frozenset({"case_opened", "escalation", "minimum_response_by_hand"})
"""Kinds of notice that ask a member of a team to act."""

WORDS = {
    Verb.ACCEPT: "Accept it",
    Verb.HAND_OVER: "Hand it over to another team",
    Verb.DONE: "Mark it as done, with its cause",
}


def edges(settings: Settings, teams: Callable[[], Mapping[str, Team]]) -> Edges:
    """Leave notices in the outbox and acts in the audit, in the transaction of the case.

    A member of a team who is asked to act gets a signed link for each thing to be done, where a
    secret to sign with is set. An address that begins with `http` gets a webhook, any other a
    mail.

    Args:
        settings: Of the installation.
        teams: Returns the declared teams.
    """

    def leave(session: Session, notice: Notice) -> object:
        return post(session, _outgoing(notice, _links(notice, settings, teams())))

    return Edges(leave, record)


def _outgoing(notice: Notice, links: Mapping[Verb, str]) -> Outgoing:
    is_web = notice.to.startswith(WEB)
    return Outgoing(
        key=notice.key,
        kind="webhook" if is_web else "mail",
        to=notice.to,
        subject=notice.subject,
        body=_json(notice, links) if is_web else _text(notice, links),
        about=notice.about,
        due_at=notice.due_at,
    )


def _text(notice: Notice, links: Mapping[Verb, str]) -> str:
    told = [f"{WORDS[verb]}:\n{link}" for verb, link in links.items()]
    return "\n\n".join([notice.body, *told]) + "\n"


def _json(notice: Notice, links: Mapping[Verb, str]) -> str:
    said = {
        "key": notice.key,
        "kind": notice.kind,
        "about": notice.about,
        "subject": notice.subject,
        "text": notice.body,
        "links": {verb.value: link for verb, link in links.items()},
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _links(notice: Notice, settings: Settings, teams: Mapping[str, Team]) -> dict[Verb, str]:
    who = _member(notice.to, teams)
    if notice.kind not in ASKS or who is None or settings.link_secret is None:
        return {}
    case, secret = notice.about.removeprefix("case:"), settings.link_key()
    return {
        verb: address(settings.public_url, sign(secret, Action(case, verb, who), notice.due_at))
        for verb in WORDS
    }


def _member(to: str, teams: Mapping[str, Team]) -> str | None:
    found = (n for team in teams.values() for n, where in team.members.items() if where == to)
    return next(found, None)
