"""The page behind a link in a mail: the facts of a case, and one button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, PackageLoader

from outsidein.delivery.links import CaseAction, CaseVerb, read_action, sign_action
from outsidein.present.visible_text import visible_value

TEMPLATES = Jinja2Templates(
    env=Environment(loader=PackageLoader("outsidein.web"), autoescape=True, finalize=visible_value)
)

LONG, SHORT = 4000, 400
"""Most characters of a note; of a name."""

WORDS = {
    CaseVerb.ACCEPT: "Accept",
    CaseVerb.HAND_OVER: "Hand over",
    CaseVerb.DONE: "Mark as done",
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the page shows of a case: a heading, labelled facts, and what there is to choose from.

    `teams` are those it can be handed over to; where no `causes` are listed, any may be written.
    `owner` is the person who works on it, if any; `is_closed` means nothing is left to do.
    """

    title: str
    facts: Mapping[str, str]
    teams: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    owner: str | None = None
    is_closed: bool = False

    def overtaken(self, action: CaseAction) -> str:
        """Return why a link can do nothing any more; empty if it can."""
        if self.is_closed:
            return "This case is closed: there is nothing left to do."
        if action.verb == CaseVerb.ACCEPT and self.owner == action.who:
            return "You have already accepted this case."
        return ""


class CaseActing(Protocol):
    """Does what a link allows, and returns the outcome as a sentence.

    Raises an `InputError` where the case's state does not allow it any more.
    """

    def __call__(self, case: str, verb: str, *, who: str, to: str, note: str, cause: str) -> str:
        """Act on one case."""
        ...


def case_pages(
    *,
    secret: str,
    show: Callable[[str], CaseFacts],
    act: CaseActing,
    clock: Callable[[], datetime],
) -> APIRouter:
    """Return the pages behind signed links.

    Opening one shows it and changes nothing, for mail scanners open every link; only the button
    acts.

    Args:
        secret: What links are signed with.
        show: Returns the facts of a case.
        act: Does what the link allows.
        clock: The time.
    """
    router = APIRouter()

    @router.get("/case/{token}")
    def page(request: Request, token: str) -> HTMLResponse:
        action = read_action(secret, token, clock())
        facts = show(action.case)
        overtaken = facts.overtaken(action)
        following = _following(action, facts) if overtaken else {}
        return _page(
            request, "case/page.html", action, facts=facts, overtaken=overtaken, following=following
        )

    @router.post("/case/{token}")
    def press(
        request: Request,
        token: str,
        to: Annotated[str, Form(max_length=SHORT)] = "",
        note: Annotated[str, Form(max_length=LONG)] = "",
        cause: Annotated[str, Form(max_length=SHORT)] = "",
    ) -> HTMLResponse:
        action = read_action(secret, token, clock())
        form = {"to": to.strip(), "note": note.strip(), "cause": cause.strip()}
        outcome = act(action.case, action.verb, who=action.who, **form)
        facts = show(action.case)
        following = _following(action, facts)
        return _page(
            request, "case/done.html", action, outcome=outcome, facts=facts, following=following
        )

    def _following(action: CaseAction, facts: CaseFacts) -> dict[str, str]:
        """Return the ways on from a case that was accepted: what to do, and its token."""
        if action.verb != CaseVerb.ACCEPT or facts.is_closed:
            return {}
        now = clock()
        return {
            WORDS[verb]: sign_action(secret, CaseAction(action.case, verb, action.who), now)
            for verb in (CaseVerb.DONE, CaseVerb.HAND_OVER)
        }

    return router


def _page(request: Request, template: str, action: CaseAction, **shown: object) -> HTMLResponse:
    context = {"action": action, "verb": WORDS[action.verb], **shown}
    return TEMPLATES.TemplateResponse(request, template, context)
