"""Subjects that the board pack has a page on, with everything the report says about them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from outsidein.access.rights import Right
from outsidein.present.blocks import ContentBlock
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.annotations import annotated


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its page of the board pack, and the sections of the report that go on about it.

    `first` names figures all of whose blocks stand first, in this order.
    """

    path: str
    title: str
    page: str
    sections: tuple[str, ...]
    first: tuple[str, ...] = ()


DRIVERS = Subject(
    "drivers", "Drivers", "drivers", ("worst_and_best", "factors", "texts", "feedback")
)
VALUE = Subject("value", "Value", "value", ("worth",))

SUBJECTS = (
    Subject(
        "value/ladder",
        "Ladder and leaving",
        "ladder",
        ("ladder", "churn"),
        first=(
            *("ladder_today", "ladder_steps", "ladder_transitions", "ladder_hurdles"),
            *("churn_reasons", "churn_money"),
        ),
    ),
    Subject(
        "standards",
        "Standards and shifts",
        "standards",
        ("service-standards", "lasting-shifts"),
        first=("standard_charts",),
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
    known_changes = visit.project.workspace.file.shifts.known_change
    page = presented.pages[subject.page]
    leading = [block for name in subject.first for block in presented.blocks.get(name, ())]
    named = dict.fromkeys((*first, *(block.name for block in (*leading, *page.blocks))))
    shown = (presented.sections.get(name) for name in subject.sections)
    further = [section for section in shown if section]
    return {
        "subject": subject,
        "shown_tabs": TABS.get(subject.path.partition("/")[0], ()),
        "blocks": [
            annotated(presented.whole_blocks[name], known_changes)
            for name in named
            if name not in first
        ],
        "if_empty": page.if_empty,
        "further": [
            (section, [annotated(b, known_changes) for b in _others(section.blocks, named)])
            for section in further
        ],
    }


def _declare(pages: Pages, site: Site, subject: Subject) -> None:
    @pages.get(f"/{subject.path}", needs=Right.SEE_FIGURES)
    def page(visit: AVisit) -> HTMLResponse:
        return site.page(visit, "site/subject.html", **subject_parts(visit, subject))


def _others(blocks: tuple[ContentBlock, ...], named: Collection[str]) -> list[ContentBlock]:
    return [block for block in blocks if block.name not in named]
