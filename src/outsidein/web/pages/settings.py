"""Settings: people, keys of machines, the audit, mails and webhooks, changes of files."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from outsidein.access.rights import Right, Role
from outsidein.delivery.statements import DeliveryState
from outsidein.web.listing import with_query
from outsidein.web.pages.keys import declare_keys
from outsidein.web.site import AVisit, Pages, Site

PARTS = (
    ("settings", "People"),
    ("settings/keys", "Keys"),
    ("settings/audit", "Audit"),
    ("settings/deliveries", "Mails and webhooks"),
    ("settings/files", "Changes of files"),
)
"""Parts of the page, each with its own address."""

ROWS = 50
"""Entries on one page (count)."""

ADMINISTER = Right.ADMINISTER
ShortText = Annotated[str, Form(max_length=400)]
ChosenRole = Annotated[Role, Form()]
Teams = Annotated[list[str], Form(default_factory=list)]


def settings_pages(site: Site) -> APIRouter:
    """Return the pages of settings."""
    pages = Pages(site)
    _declare_people(pages, site)
    _declare_access(pages, site)
    declare_keys(pages, site, parts=PARTS)
    _declare_audit(pages, site)
    _declare_deliveries(pages, site)

    @pages.get("/settings/files", needs=ADMINISTER)
    def files(visit: AVisit, before: int = 0) -> HTMLResponse:
        changes = visit.project.files.history(before=before or None, rows=ROWS)
        last = changes[-1].number if len(changes) == ROWS else 0
        earlier = with_query(visit.address("settings/files"), {"before": str(last)}) if last else ""
        return site.page(
            visit, "settings/files.html", changes=changes, earlier=earlier, parts=PARTS
        )

    return pages.router


def _declare_people(pages: Pages, site: Site) -> None:
    def shown(visit: AVisit, *, link: str = "", email: str = "") -> HTMLResponse:
        return site.page(
            visit,
            "settings/people.html",
            people=site.home.people.everybody(),
            roles=list(Role),
            teams=sorted(site.home.workspace.loop().teams),
            link=link,
            linked=email,
            parts=PARTS,
        )

    @pages.get("/settings", needs=ADMINISTER)
    def people(visit: AVisit) -> HTMLResponse:
        return shown(visit)

    @pages.post("/settings/people", needs=ADMINISTER)
    def add(
        visit: AVisit, email: ShortText, role: ChosenRole, teams: Teams, name: ShortText = ""
    ) -> HTMLResponse:
        person = site.home.people.add(email, role=role, name=name, teams=teams, by=visit.by)
        link = site.home.people.link(person.email, by=visit.by)
        return shown(visit, link=link, email=person.email)

    @pages.post("/settings/people/link", needs=ADMINISTER)
    def give_link(visit: AVisit, email: ShortText) -> HTMLResponse:
        link = site.home.people.link(email, by=visit.by)
        return shown(visit, link=link, email=email)


def _declare_access(pages: Pages, site: Site) -> None:
    def back(visit: AVisit) -> RedirectResponse:
        return RedirectResponse(visit.address("settings"), status_code=303)

    @pages.post("/settings/people/change", needs=ADMINISTER)
    def change(visit: AVisit, email: ShortText, role: ChosenRole, teams: Teams) -> RedirectResponse:
        site.home.people.change(email, role=role, teams=teams, by=visit.by)
        return back(visit)

    @pages.post("/settings/people/disable", needs=ADMINISTER)
    def disable(visit: AVisit, email: ShortText) -> RedirectResponse:
        site.home.people.disable(email, by=visit.by)
        return back(visit)

    @pages.post("/settings/people/enable", needs=ADMINISTER)
    def enable(visit: AVisit, email: ShortText) -> RedirectResponse:
        site.home.people.enable(email, by=visit.by)
        return back(visit)


def _declare_audit(pages: Pages, site: Site) -> None:
    @pages.get("/settings/audit", needs=ADMINISTER)
    def audit(
        visit: AVisit, who: str = "", about: str = "", since: str = "", before: int = 0
    ) -> HTMLResponse:
        acts = visit.project.operations.audit(
            who=who or None,
            about=about or None,
            since=_start_of(since, visit),
            before=before or None,
            rows=ROWS,
        )
        filters = {"who": who, "about": about, "since": since}
        address = visit.address("settings/audit")
        last = acts[-1].number if len(acts) == ROWS else 0
        earlier = with_query(address, {**filters, "before": str(last)}) if last else ""
        return site.page(
            visit, "settings/audit.html", acts=acts, **filters, earlier=earlier, parts=PARTS
        )


def _start_of(since: str, visit: AVisit) -> datetime | None:
    """Return the start of a day of the form; None where it is none."""
    try:
        day = date.fromisoformat(since)
    except ValueError:
        return None
    return datetime.combine(day, time(), visit.project.workspace.zone).astimezone(UTC)


def _declare_deliveries(pages: Pages, site: Site) -> None:
    def back(visit: AVisit) -> RedirectResponse:
        return RedirectResponse(visit.address("settings/deliveries"), status_code=303)

    @pages.get("/settings/deliveries", needs=ADMINISTER)
    def deliveries(visit: AVisit, state: str = "") -> HTMLResponse:
        operations = visit.project.operations
        chosen = DeliveryState(state) if state in set(DeliveryState) else None
        return site.page(
            visit,
            "settings/deliveries.html",
            counts=operations.delivery_counts(),
            held=operations.held(),
            deliveries=operations.deliveries(state=chosen, rows=ROWS),
            state=state,
            parts=PARTS,
        )

    @pages.post("/settings/deliveries/release", needs=ADMINISTER)
    def release(visit: AVisit, to: ShortText) -> RedirectResponse:
        visit.project.operations.release(to, by=visit.by)
        return back(visit)

    @pages.post("/settings/deliveries/drop", needs=ADMINISTER)
    def drop(visit: AVisit, to: ShortText) -> RedirectResponse:
        visit.project.operations.drop(to, by=visit.by)
        return back(visit)

    @pages.post("/settings/deliveries/retry", needs=ADMINISTER)
    def retry(visit: AVisit, delivery: ShortText) -> RedirectResponse:
        visit.project.operations.retry(delivery, by=visit.by)
        return back(visit)
