"""Customers: searched, listed, and each with everything that happened."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from outsidein.access.rights import Right
from outsidein.cases.queue import CaseFilter
from outsidein.identity.records.pairs import Pair, RecordKey, pair
from outsidein.identity.review.customer_evidence import Explained
from outsidein.identity.review.decisions import DecisionKind
from outsidein.present.wording import Wording
from outsidein.web.csv import csv_answer
from outsidein.web.site import AVisit, Pages, Site, Visit, Words
from outsidein.workspace.customer_file import CustomerFile
from outsidein.workspace.customer_timeline import HistoryEntry

PER_PAGE = 50

Chosen = Annotated[str, Form(max_length=2_000)]


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a page of a list stands, and the pages beside it."""

    position: str
    previous: str | None = None
    next: str | None = None


def customer_pages(site: Site) -> APIRouter:
    """Return the list of customers and the page of each."""
    pages = Pages(site)

    @pages.get("/customers", needs=Right.SEE_CUSTOMERS)
    def customers(visit: AVisit, q: str = "", after: int = 0) -> HTMLResponse:
        project, personal = visit.project.customers, visit.may(Right.SEE_CONTACT_DATA)
        words, start = q.strip(), max(after, 0)
        if words:
            rows, listing = project.search(words, personal=personal), Listing("")
        else:
            rows = project.list(personal=personal, limit=PER_PAGE, after=start)
            listing = _listing(visit, start, len(rows), project.count())
        shown = {"rows": rows, "listing": listing, "q": words, "personal": personal}
        words_for = Wording(visit.project.currency)
        return site.page(visit, "customers/list.html", words=words_for, **shown)

    @pages.get("/customers.csv", needs=Right.SEE_CONTACT_DATA)
    def customers_csv(visit: AVisit) -> Response:
        return csv_answer(visit.project.customers.table(by=visit.by), "customers.csv")

    @pages.get("/customers/{customer_id}", needs=Right.SEE_CUSTOMERS)
    def customer(visit: AVisit, customer_id: str, channel: str = "", page: int = 1) -> HTMLResponse:
        personal = visit.may(Right.SEE_CONTACT_DATA)
        file = visit.project.customers.show(customer_id, personal=personal, by=visit.by)
        entries = [entry for entry in file.history if channel in ("", entry.channel)]
        return site.page(
            visit,
            "customers/customer.html",
            file=file,
            personal=personal,
            cases=_cases(visit, customer_id),
            channel=channel,
            entries=_page_of(entries, page),
            listing=_history_listing(visit, file, channel, page, len(entries)),
            pairs=_pairs(file.explained),
            words=Wording(visit.project.currency),
            zone=visit.project.workspace.zone,
        )

    _identity_forms(pages)
    return pages.router


def _identity_forms(pages: Pages) -> None:
    @pages.post("/customers/{customer_id}/unmerge", needs=Right.REVIEW_IDENTITY)
    def unmerge(
        visit: AVisit, customer_id: str, record: Chosen = "", reason: Words = ""
    ) -> RedirectResponse:
        identity = visit.project.identity
        records = {str(key): key for key in identity.explain(customer_id).records}
        what: str | RecordKey = records.get(record, customer_id)
        identity.unmerge(what, reason=reason, by=visit.by)
        return _back(visit, customer_id)

    @pages.post("/customers/{customer_id}/never-link", needs=Right.REVIEW_IDENTITY)
    def never_link(
        visit: AVisit, customer_id: str, records: Chosen = "", reason: Words = ""
    ) -> RedirectResponse:
        identity = visit.project.identity
        chosen = _pairs(identity.explain(customer_id)).get(records)
        if chosen:
            identity.decide(DecisionKind.NEVER, chosen, reason=reason, by=visit.by)
        return _back(visit, customer_id)


def _back(visit: Visit, customer_id: str) -> RedirectResponse:
    address = visit.address(f"customers/{customer_id}") + "?decided=1#identity"
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)


def _pairs(explained: Explained) -> dict[str, Pair]:
    """Pairs of records that evidence ties, by their words."""
    pairs = (
        pair((row["source"], row["record_id"]), (row["to_source"], row["to_record_id"]))
        for row in explained.evidence
    )
    return {str(each): each for each in pairs}


def _cases(visit: Visit, customer_id: str) -> list[dict[str, object]]:
    """Open cases, linked where the visitor works for their team."""
    if not visit.may(Right.WORK_OWN_CASES):
        return []
    cases = visit.project.cases.list(CaseFilter(about=customer_id)).cases
    person = visit.person
    return [
        {"case": case, "is_linked": person is None or person.may_work_for(case.team)}
        for case in cases
    ]


def _listing(visit: Visit, after: int, shown: int, total: int) -> Listing:
    """Where a page of the list of customers stands."""
    base = visit.address("customers")
    position = f"{after + 1:,} to {after + shown:,} of {total:,}" if shown else "none"
    earlier = max(after - PER_PAGE, 0)
    previous = (f"{base}?after={earlier}" if earlier else base) if after else None
    more = after + shown < total
    return Listing(position, previous, f"{base}?after={after + shown}" if shown and more else None)


def _page_of(entries: list[HistoryEntry], page: int) -> list[HistoryEntry]:
    start = (max(page, 1) - 1) * PER_PAGE
    return entries[start : start + PER_PAGE]


def _history_listing(
    visit: Visit, file: CustomerFile, channel: str, page: int, total: int
) -> Listing:
    """Where a page of what happened stands."""
    number, last = max(page, 1), max((total + PER_PAGE - 1) // PER_PAGE, 1)

    def address(wanted: int) -> str:
        query = {"page": str(wanted)} | ({"channel": channel} if channel else {})
        return f"{visit.address(f'customers/{file.customer_id}')}?{urlencode(query)}#history"

    return Listing(
        f"Page {number} of {last}",
        address(number - 1) if number > 1 else None,
        address(number + 1) if number < last else None,
    )
