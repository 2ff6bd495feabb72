"""Builds: list, show, compare, start, publish, roll back."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from outsidein.access.rights import Right
from outsidein.lake.snapshots import Snapshot
from outsidein.web.pages.data import PARTS
from outsidein.web.site import AVisit, Pages, Site, Words


def build_pages(site: Site) -> APIRouter:
    """Return the pages of builds."""
    pages = Pages(site)
    _declare_acts(pages)

    @pages.get("/data/builds", needs=Right.SEE_DATA)
    def builds(visit: AVisit) -> HTMLResponse:
        all_builds = visit.project.snapshots()
        return site.page(
            visit,
            "data/builds.html",
            builds=all_builds,
            kept=[build for build in all_builds if not build.is_pruned],
            run=visit.project.page_builds.last(),
            state=build_state,
            parts=PARTS,
        )

    @pages.get("/data/builds/run", needs=Right.SEE_DATA)
    def run(visit: AVisit) -> HTMLResponse:
        return site.page(visit, "data/run.html", run=visit.project.page_builds.last())

    @pages.get("/data/builds/compare", needs=Right.SEE_DATA)
    def compare(visit: AVisit, before: int = 0, after: int = 0) -> HTMLResponse:
        changes = [c for c in visit.project.compare(before, after) if not c.is_same]
        shown = {"before": before, "after": after, "changes": changes}
        return site.page(visit, "data/compare.html", **shown)

    @pages.get("/data/builds/{number}", needs=Right.SEE_DATA)
    def build(visit: AVisit, number: int) -> HTMLResponse:
        return site.page(
            visit,
            "data/build.html",
            build=visit.project.snapshot(number),
            publications=visit.project.publications(number),
            state=build_state,
        )

    return pages.router


def _declare_acts(pages: Pages) -> None:
    @pages.post("/data/builds", needs=Right.BUILD)
    def start(visit: AVisit) -> RedirectResponse:
        visit.project.page_builds.start(by=visit.by)
        return RedirectResponse(visit.address("data/builds"), status_code=303)

    @pages.post("/data/builds/{number}/publish", needs=Right.BUILD)
    def publish(visit: AVisit, number: int, why: Words = "") -> RedirectResponse:
        visit.project.publish(number, why=why, by=visit.by)
        return RedirectResponse(visit.address(f"data/builds/{number}"), status_code=303)

    @pages.post("/data/builds/{number}/rollback", needs=Right.BUILD)
    def rollback(visit: AVisit, number: int) -> RedirectResponse:
        visit.project.rollback(number, by=visit.by)
        return RedirectResponse(visit.address(f"data/builds/{number}"), status_code=303)


def build_state(build: Snapshot) -> str:
    """Return the state of a build in one word."""
    if build.is_current:
        return "current"
    if build.is_pruned:
        return "pruned"
    return "kept" if build.was_published else "withheld"
