"""Data or customers: lasting changes, what speaks for either, and known changes on record."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from outsidein.access.rights import Right
from outsidein.errors import InputError
from outsidein.project.declarations import PROJECT_FILE
from outsidein.shifts.declaration import KnownChange
from outsidein.sources.needs import NEEDS_FILE
from outsidein.web.pages.subjects import TABS
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.shift_causes import CAUSES, add_known_change, shift_causes

PATH = "standards/changes"


class NewChange(BaseModel):
    """The form with which a change is put on record: its day, what happened, and why."""

    form_token: str = ""
    was: Annotated[str, Field(max_length=64)]
    on: date
    description: Annotated[str, Field(max_length=400)] = ""
    cause: Literal["data", "customers"]
    kind: Annotated[str, Field(max_length=100)] = ""
    reason: Annotated[str, Field(max_length=400)] = ""


def shift_pages(site: Site) -> APIRouter:
    """Return the page on causes of shifts, and the form that puts a known change on record."""
    pages = Pages(site)

    @pages.get(f"/{PATH}", needs=Right.SEE_FIGURES)
    def changes(visit: AVisit) -> HTMLResponse:
        return show(visit)

    @pages.post(f"/{PATH}", needs=Right.DECIDE)
    def record(visit: AVisit, form: Annotated[NewChange, Form()]) -> Response:
        try:
            _record(visit, form)
        except InputError as error:
            return show(visit, problem=str(error), typed=form)
        return RedirectResponse(visit.address(PATH), status_code=303)

    def show(visit: Visit, *, problem: str = "", typed: NewChange | None = None) -> HTMLResponse:
        project = visit.project
        known_changes = project.workspace.file.shifts.known_change
        presented = project.presented()
        needs = project.files.history(path=NEEDS_FILE)
        return site.page(
            visit,
            "standards/changes.html",
            shown_tabs=TABS["standards"],
            causes=shift_causes(presented.material.evidence, known_changes, needs),
            known=sorted(known_changes, key=lambda each: each.on, reverse=True),
            words=presented.words,
            was=project.files.read(PROJECT_FILE).sha256,
            changes=project.files.history(path=PROJECT_FILE, rows=20),
            problem=problem,
            typed=typed,
        )

    return pages.router


def _record(visit: Visit, form: NewChange) -> None:
    description, reason = form.description.strip(), form.reason.strip()
    if not description or not reason:
        raise InputError("Say what changed and how you know it.")
    change = KnownChange.model_validate(
        {
            "on": form.on,
            "description": description,
            "cause": CAUSES[form.cause],
            "kinds": (form.kind,) if form.kind else (),
        }
    )
    visit.project.files.edit(
        PROJECT_FILE,
        lambda document: add_known_change(document, change),
        was=form.was,
        by=visit.by,
        reason=f"{form.on.isoformat()}, {form.cause}: {description}. {reason}",
        email=visit.email,
    )
