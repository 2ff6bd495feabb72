"""Segments: side by side, each with its strategy sheet, and new ones by rule."""

import re
from typing import Annotated

import tomlkit
from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from tomlkit import TOMLDocument

from outsidein.access.rights import Right
from outsidein.errors import InputError
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.segments import TriedRule

FILE = "segments.toml"
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
MOST = 4
"""Segments that can be compared at once."""


class NewSegment(BaseModel):
    """The form with which a segment is saved."""

    form_token: str = ""
    was: Annotated[str, Field(max_length=64)]
    rule: Annotated[str, Field(max_length=2_000)] = ""
    name: Annotated[str, Field(max_length=40)] = ""
    description: Annotated[str, Field(max_length=400)] = ""
    reason: Annotated[str, Field(max_length=400)] = ""


def segment_pages(site: Site) -> APIRouter:
    """Return the pages on segments."""
    pages = Pages(site)

    @pages.get("/segments", needs=Right.SEE_FIGURES)
    def segments(visit: AVisit, of: Annotated[list[str] | None, Query()] = None) -> HTMLResponse:
        presented = visit.project.presented()
        chosen = [presented.sheets[name] for name in of or () if name in presented.sheets][:MOST]
        return site.page(
            visit,
            "segments/list.html",
            table=presented.segments_side_by_side,
            sheets=presented.sheets,
            chosen=chosen,
        )

    @pages.get("/segments/new", needs=Right.ANALYSE)
    def new(visit: AVisit, rule: str = "", name: str = "", description: str = "") -> HTMLResponse:
        tried, problem = _tried(visit, rule)
        return _form(visit, rule, name, description, tried=tried, problem=problem)

    @pages.post("/segments/new", needs=Right.ANALYSE)
    def save(visit: AVisit, form: Annotated[NewSegment, Form()]) -> Response:
        try:
            visit.project.segments.try_rule(form.rule)
            _save(visit, form)
        except InputError as error:
            return _form(visit, form.rule, form.name, form.description, problem=str(error))
        return RedirectResponse(visit.address("segments"), status_code=303)

    def _form(
        visit: Visit,
        rule: str,
        name: str,
        description: str,
        *,
        tried: TriedRule | None = None,
        problem: str = "",
    ) -> HTMLResponse:
        return site.page(
            visit,
            "segments/new.html",
            rule=rule,
            name=name,
            description=description,
            tried=tried,
            problem=problem,
            columns=visit.project.segments.columns(),
            was=visit.project.files.read(FILE).sha256,
        )

    return pages.router


def _tried(visit: Visit, rule: str) -> tuple[TriedRule | None, str]:
    if not rule.strip():
        return None, ""
    try:
        return visit.project.segments.try_rule(rule), ""
    except InputError as error:
        return None, str(error)


def _save(visit: Visit, form: NewSegment) -> None:
    if not NAME.fullmatch(form.name):
        raise InputError("A name has small letters, digits and underscores, such as big_baskets.")
    declared = {"rule": form.rule.strip(), "description": form.description.strip()}

    def edit(document: TOMLDocument) -> None:
        segments = document.setdefault("segment", tomlkit.table(is_super_table=True))
        segments[form.name] = declared

    visit.project.files.edit(
        FILE,
        edit,
        was=form.was,
        by=visit.by,
        reason=form.reason or f"Segment {form.name}",
        email=visit.person.email if visit.person else "",
    )
