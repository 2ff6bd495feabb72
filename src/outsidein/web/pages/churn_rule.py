"""The rule of churn on a slider: what another silence would change; a manager decides on it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from outsidein.access.rights import Right
from outsidein.errors import InputError
from outsidein.project.declarations import PROJECT_FILE
from outsidein.web.pages.subjects import TABS
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.churn_rules import ChurnRules, declared_silence

PATH = "value/churn-rule"
MOST_DAYS = 36_500


class NewSilence(BaseModel):
    """The form with which a silence is decided on."""

    form_token: str = ""
    was: Annotated[str, Field(max_length=64)]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    reason: Annotated[str, Field(max_length=400)] = ""


def churn_rule_pages(site: Site) -> APIRouter:
    """Return the page on the rule of churn, and the form with which it is changed."""
    pages = Pages(site)

    @pages.get(f"/{PATH}", needs=Right.SEE_FIGURES)
    def churn_rule(
        visit: AVisit, days: Annotated[int | None, Query(ge=1, le=MOST_DAYS)] = None
    ) -> HTMLResponse:
        return _page(visit, days)

    @pages.post(f"/{PATH}", needs=Right.DECIDE)
    def decide(visit: AVisit, form: Annotated[NewSilence, Form()]) -> Response:
        try:
            _decide(visit, form)
        except InputError as error:
            return _page(visit, form.days, problem=str(error), reason=form.reason)
        return RedirectResponse(visit.address(PATH), status_code=303)

    def _page(
        visit: Visit, days: int | None, *, problem: str = "", reason: str = ""
    ) -> HTMLResponse:
        project = visit.project
        shown = {
            "trial": ChurnRules(project.workspace).try_silence(days),
            "words": project.presented().words,
        }
        if "HX-Request" in visit.request.headers:
            return site.page(visit, "value/_silence.html", **shown)
        return site.page(
            visit,
            "value/churn_rule.html",
            shown_tabs=TABS["value"],
            declared=project.workspace.file.churn.sentence(None),
            is_by_contract=project.workspace.file.churn.rule == "contract",
            changes=project.files.history(path=PROJECT_FILE, rows=20),
            was=project.files.read(PROJECT_FILE).sha256,
            problem=problem,
            reason=reason,
            blocks=project.presented().blocks.get("churn_sensitivity", ()),
            **shown,
        )

    return pages.router


def _decide(visit: Visit, form: NewSilence) -> None:
    reason = form.reason.strip()
    if not reason:
        raise InputError("Say why the rule is changed.")
    visit.project.files.edit(
        PROJECT_FILE,
        lambda document: declared_silence(document, form.days),
        was=form.was,
        by=visit.by,
        reason=f"Churned after {form.days} days without an order. {reason}",
        email=visit.email,
    )
