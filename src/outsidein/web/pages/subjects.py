"""Subjects that the board pack has a page on, with everything the report says about them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from outsidein.access.rights import Right
from outsidein.present.blocks import ContentBlock
from outsidein.web.site import AVisit, Pages, Site, Visit


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its page of the board pack, and the sections of the report that go on about it."""

    path: str
    title: str
    page: str
    sections: tuple[str, ...]


DRIVERS = Subject(
    "drivers", "Drivers", "drivers", ("worst_and_best", "factors", "texts", "feedback")
)
VALUE = Subject("value", "Value", "value", ("worth",))

SUBJECTS = (
    Subject("value/ladder", "Ladder and leaving", "ladder", ("ladder", "churn")),
    Subject(
        "standards", "Standards and shifts", "standards", ("service-standards", "lasting-shifts")
    ),
)

TABS = {
    "drivers": (
        ("drivers", "Drivers"),
        ("drivers/beliefs", "Beliefs"),
        ("drivers/initiatives", "Initiatives"),
    ),
    "standards": (
        ("standards", "Standards and shifts"),
        ("standards/changes", "Data or customers?"),
    ),
    "value": (
        ("value", "Value"),
        ("value/customers", "Most profitable"),
        ("value/policies", "Policies"),
        ("value/ladder", "Ladder and leaving"),
        ("value/churn-rule", "Churn rule"),
    ),
}
"""Pages that stand beside each other under one entry of the rail."""


def subject_pages(site: Site) -> APIRouter:
    """Return a page for each subject."""
    pages = Pages(site)
    for subject in SUBJECTS:
        _declare(pages, site, subject)
    return pages.router


def subject_parts(visit: Visit, subject: Subject, *, first: Collection[str] = ()) -> dict[str, Any]:
    """Return what the template of a subject shows.

    Args:
        visit: The request.
        subject: What the page is about.
        first: Names of blocks that the page shows by itself, so that they are not repeated.
    """
    presented = visit.project.presented()
    page = presented.pages[subject.page]
    named = dict.fromkeys((*first, *(block.name for block in page.blocks)))
    shown = (presented.sections.get(name) for name in subject.sections)
    further = [section for section in shown if section]
    return {
        "subject": subject,
        "shown_tabs": TABS.get(subject.path.partition("/")[0], ()),
        "blocks": [presented.whole_blocks[name] for name in named if name not in first],
        "if_empty": page.if_empty,
        "further": [(section, _others(section.blocks, named)) for section in further],
    }


def _declare(pages: Pages, site: Site, subject: Subject) -> None:
    @pages.get(f"/{subject.path}", needs=Right.SEE_FIGURES)
    def page(visit: AVisit) -> HTMLResponse:
        return site.page(visit, "site/subject.html", **subject_parts(visit, subject))


def _others(blocks: tuple[ContentBlock, ...], named: Collection[str]) -> list[ContentBlock]:
    return [block for block in blocks if block.name not in named]
