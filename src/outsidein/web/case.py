"""The page behind a link in a mail: the facts of a case, and one button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from outsidein.delivery.links import Action, Verb, read

TEMPLATES = Jinja2Templates(Path(__file__).parent / "templates")

WORDS = {
    Verb.ACCEPT: "Accept",
    Verb.HAND_OVER: "Hand over",
    Verb.DONE: "Mark as done",
    Verb.REJECT: "Reject",
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the page shows of a case: a heading, labelled facts, and causes to choose from."""

    title: str
    facts: Mapping[str, str]
    causes: tuple[str, ...] = field(default=())


class Act(Protocol):
    """Does to a case what a link allows, and words the outcome.

    Raises an `InputError` where the case's state does not allow it any more.
    """

    def __call__(self, case: str, verb: str, *, who: str, note: str, cause: str) -> str:
        """Act on one case."""
        ...


def case_pages(
    *,
    secret: str,
    show: Callable[[str], CaseFacts],
    act: Act,
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
        action = read(secret, token, clock())
        return _page(request, "case/page.html", action, facts=show(action.case))

    @router.post("/case/{token}")
    def press(
        request: Request,
        token: str,
        note: Annotated[str, Form(max_length=4000)] = "",
        cause: Annotated[str, Form(max_length=400)] = "",
    ) -> HTMLResponse:
        action = read(secret, token, clock())
        outcome = act(
            action.case, action.verb, who=action.who, note=note.strip(), cause=cause.strip()
        )
        return _page(request, "case/done.html", action, outcome=outcome)

    return router


def _page(request: Request, template: str, action: Action, **shown: object) -> HTMLResponse:
    context = {"action": action, "verb": WORDS[action.verb], **shown}
    return TEMPLATES.TemplateResponse(request, template, context)
