"""Monday: what changed, what to decide, whom to call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from outsidein.access.rights import Right
from outsidein.cases.queue import CaseFilter, CaseRow
from outsidein.search.customer_search import FoundCustomer
from outsidein.web.site import AVisit, Pages, Site, Visit

MOST_CALLS = 5
"""People to call that the first page shows."""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to call.

    Attributes:
        customer: Whom, where the current build knows them.
        case: The open case that asks for the call, if one does.
        value: What the customer is expected to bring (minor units), if known.
    """

    customer: FoundCustomer | None
    case: CaseRow | None
    value: int | None


def monday_pages(site: Site) -> APIRouter:
    """Return the first page of every project."""
    pages = Pages(site)

    @pages.get("", needs=Right.SEE_FIGURES)
    def first(visit: AVisit) -> RedirectResponse:
        return RedirectResponse(visit.address("monday"))

    @pages.get("/monday", needs=Right.SEE_FIGURES)
    def monday(visit: AVisit) -> HTMLResponse:
        presented = visit.project.presented()
        left_at = visit.person.left_at if visit.person else None
        return site.page(
            visit,
            "site/monday.html",
            statements=presented.statements,
            aims=presented.aims,
            blocks=presented.pages["monday"].blocks,
            calls=list(islice(_calls(visit, site.now()), MOST_CALLS)),
            news=visit.project.news(left_at) if left_at else None,
            withheld=presented.withheld,
            number=presented.number,
            words=presented.words,
            zone=visit.project.workspace.zone,
        )

    return pages.router


def _calls(visit: Visit, now: datetime) -> Iterator[Call]:
    """Yield whom to call: open cases by priority, then customers with most at stake."""
    personal = visit.may(Right.SEE_CONTACT_DATA)
    listed: set[str] = set()
    if visit.may(Right.WORK_ALL_CASES):
        cases = visit.project.cases.list(CaseFilter(awake_at=now), limit=MOST_CALLS).cases
        listed = {case.about for case in cases}
        customers = visit.project.customers.by_id(listed, personal=personal)
        for case in cases:
            yield Call(customers.get(case.about), case, case.value)
    if visit.may(Right.SEE_CUSTOMERS):
        for customer in visit.project.customers.list(personal=personal, limit=2 * MOST_CALLS):
            if customer.at_stake and customer.customer_id not in listed:
                yield Call(customer, None, customer.value)
