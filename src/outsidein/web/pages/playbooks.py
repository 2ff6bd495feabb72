"""Playbooks: the best practice for each issue, changed with a reason."""

import re
from hashlib import sha256
from typing import Annotated

import tomlkit
from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from tomlkit.exceptions import TOMLKitError

from outsidein.access.rights import Right
from outsidein.alerts.declaration import valid_playbooks
from outsidein.alerts.loop import PLAYBOOKS, LoopFiles
from outsidein.cases.playbooks import FENCE
from outsidein.edits.file_texts import FileConflict
from outsidein.errors import InputError, UnknownName
from outsidein.web.site import AVisit, Pages, Site, Visit

NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")

Short = Annotated[str, Field(max_length=400)]
Long = Annotated[str, Field(max_length=20_000)]


class PlaybookForm(BaseModel):
    """A playbook as it stands in the fields of its page."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: Annotated[str, Field(max_length=100)] = ""
    title: Short = ""
    issues: Annotated[str, Field(max_length=4_000)] = ""
    minimum_response: Annotated[str, Field(max_length=4_000)] = ""
    cost: Annotated[int, Field(ge=0, le=10**12)] = 0
    text: Long = ""
    was: Annotated[str, Field(max_length=64)] = ""
    reason: Annotated[str, Field(max_length=1_000)] = ""

    @property
    def issue_names(self) -> list[str]:
        """The issues it is for, one a line."""
        return [line.strip() for line in self.issues.splitlines() if line.strip()]


def playbook_pages(site: Site) -> APIRouter:
    """Return the list of playbooks, and the page on which one is written."""
    pages = Pages(site)

    @pages.get("/cases/playbooks", needs=Right.CHANGE_LOOP)
    def playbooks(visit: AVisit) -> HTMLResponse:
        files = _files(visit)
        return site.page(
            visit,
            "cases/playbooks.html",
            books=sorted(files.playbooks.items()),
            unreadable=sorted(files.unreadable.items()),
            rules={name: _rules_with(files, name) for name in files.playbooks},
            missing=sorted(_issues(files) - _issues_with_a_playbook(files)),
            changes=[
                change
                for change in visit.project.files.history(rows=200)
                if change.path.startswith(f"{PLAYBOOKS}/")
            ][:20],
        )  # fmt: skip

    @pages.get("/cases/playbook", needs=Right.CHANGE_LOOP)
    def playbook(visit: AVisit, name: str = "", issue: str = "") -> HTMLResponse:
        book = _files(visit).playbooks.get(name)
        if name and book is None:
            raise UnknownName("playbook", name, _files(visit).playbooks)
        if book is None:
            return _form(visit, PlaybookForm(issues=issue[:400]), is_new=True)
        header = book.header
        standing = PlaybookForm(
            name=name,
            title=header.title,
            issues="\n".join(header.issues),
            minimum_response=header.minimum_response,
            cost=header.cost,
            text=book.text,
        )
        return _form(visit, standing, is_new=False)

    @pages.post("/cases/playbook", needs=Right.CHANGE_LOOP)
    def save(visit: AVisit, form: Annotated[PlaybookForm, Form()]) -> Response:
        try:
            _save(visit, form)
        except FileConflict:
            raise
        except InputError as error:
            is_new = form.name not in _files(visit).playbooks
            return _form(visit, form, is_new=is_new, problem=str(error))
        return RedirectResponse(visit.address("cases/playbooks"), status_code=303)

    def _form(visit: Visit, form: PlaybookForm, *, is_new: bool, problem: str = "") -> HTMLResponse:
        files = visit.project.files
        is_named = not is_new or NAME.fullmatch(form.name)
        answer = site.page(
            visit,
            "cases/playbook.html",
            form=form,
            is_new=is_new,
            problem=problem,
            issues=sorted(_issues(_files(visit))),
            currency=visit.project.currency,
            was=files.read(_path(form.name)).sha256 if is_named else EMPTY,
        )
        answer.status_code = 422 if problem else 200
        return answer

    return pages.router


EMPTY = sha256(b"").hexdigest()
"""Hash of the text of a file that is not there."""


def _files(visit: Visit) -> LoopFiles:
    return visit.project.workspace.loop()


def _path(name: str) -> str:
    return f"{PLAYBOOKS}/{name}.md"


def _issues(files: LoopFiles) -> set[str]:
    return {rule.issue for rule in files.rules.values() if not rule.delight}


def _issues_with_a_playbook(files: LoopFiles) -> set[str]:
    return {issue for book in files.playbooks.values() for issue in book.header.issues}


def _rules_with(files: LoopFiles, name: str) -> list[str]:
    """Return the rules whose cases may get a playbook."""
    return [
        key
        for key, rule in files.rules.items()
        if not rule.delight and name in valid_playbooks(rule, files.playbooks)
    ]


def _save(visit: Visit, form: PlaybookForm) -> None:
    declared = _files(visit).playbooks
    if form.name not in declared and not NAME.fullmatch(form.name):
        raise InputError("A name has small letters, digits and underscores, such as late_parcel.")
    if not form.issue_names:
        raise InputError("Name at least one issue that the playbook is for.")
    path = _path(form.name)
    old = visit.project.files.read(path)
    visit.project.files.change(
        path,
        _text(old.text, form),
        was=form.was,
        by=visit.by,
        reason=form.reason,
        email=visit.email,
    )


def _text(old: str, form: PlaybookForm) -> str:
    """Return the text of a playbook after an edit; comments of its header stay."""
    parts = old.replace("\r\n", "\n").split(f"{FENCE}\n", 2)
    header = _header(parts[1] if len(parts) == 3 else "")  # noqa: PLR2004  before, within, after
    header["title"] = form.title
    header["issues"] = form.issue_names
    header["minimum_response"] = form.minimum_response.replace("\r\n", "\n")
    if form.cost or "cost" in header:
        header["cost"] = form.cost
    body = form.text.replace("\r\n", "\n").strip()
    return f"{FENCE}\n{tomlkit.dumps(header)}{FENCE}\n{body}\n"


def _header(written: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(written)
    except TOMLKitError:
        return tomlkit.document()
