"""Monday: what changed, what to decide, whom to call."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from outsidein.access.rights import Right
from outsidein.cases.queue import CaseRow
from outsidein.web.site import AVisit, Pages, Site

MOST_CALLS = 5
"""People to call that the first page shows."""


def monday_pages(site: Site) -> APIRouter:
    """Return the first page of every project."""
    pages = Pages(site)

    @pages.get("", needs=Right.SEE_FIGURES)
    def first(visit: AVisit) -> RedirectResponse:
        return RedirectResponse(visit.address("monday"))

    @pages.get("/monday", needs=Right.SEE_FIGURES)
    def monday(visit: AVisit) -> HTMLResponse:
        presented = visit.project.presented()
        return site.page(
            visit,
            "site/monday.html",
            statements=presented.statements,
            aims=presented.aims,
            blocks=[presented.whole_blocks[b.name] for b in presented.pages["monday"].blocks],
            cases=_to_call(visit),
            withheld=presented.withheld,
            number=presented.number,
        )

    def _to_call(visit: AVisit) -> list[CaseRow]:
        if not visit.may(Right.WORK_ALL_CASES):
            return []
        return list(visit.project.cases.list().cases)[:MOST_CALLS]

    return pages.router
