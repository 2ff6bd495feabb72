"""What the command palette finds: pages, figures, cases and customers."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from outsidein.access.rights import Right
from outsidein.search.customer_search import FoundCustomer
from outsidein.web.site import RAIL, AVisit, Pages, Site, Visit

MOST = 8
"""Results of a kind at most."""

FEWEST_LETTERS = 3
"""Of a customer's name or number."""


def find_pages(site: Site) -> APIRouter:
    """Return the search over everything that has a page."""
    pages = Pages(site)

    @pages.get("/find", needs=Right.SEE_FIGURES)
    def find(visit: AVisit, q: str = "") -> JSONResponse:
        words = q.strip().lower()[:200]
        kinds = (_rail, _cases, _customers, _figures)
        return JSONResponse([result for kind in kinds for result in kind(visit, words)])

    return pages.router


def _rail(visit: Visit, words: str) -> list[dict[str, str]]:
    entries = (e for e in RAIL if visit.may(e.needs) and words in e.words.lower())
    return [_result(e.words, "page", visit.address(e.path)) for e in entries]


def _cases(visit: Visit, words: str) -> list[dict[str, str]]:
    number = words.removeprefix("case").strip()
    if not number.isdecimal() or not visit.may(Right.WORK_OWN_CASES):
        return []
    return [_result(f"Case {number}", "case", visit.address(f"cases/{number}"))]


def _customers(visit: Visit, words: str) -> list[dict[str, str]]:
    """Customers, as soon as somebody searched the build's customers on their page."""
    customers = visit.project.customers
    if (
        len(words) < FEWEST_LETTERS
        or not visit.may(Right.SEE_CUSTOMERS)
        or not customers.is_indexed
    ):
        return []
    hits = customers.search(words, personal=visit.may(Right.SEE_CONTACT_DATA), limit=MOST)
    return [
        _result(_named(hit), "customer", visit.address(f"customers/{hit.customer_id}"))
        for hit in hits
    ]


def _named(customer: FoundCustomer) -> str:
    named = customer.name or customer.customer_id
    return f"{named}, {customer.city}" if customer.city else named


def _figures(visit: Visit, words: str) -> list[dict[str, str]]:
    if not words:
        return []
    figures = visit.project.presented().material.evidence.figures.values()
    hits = [f for f in figures if words in f"{f.name} {f.title}".lower()]
    return [_result(f.title, "figure", visit.address(f"figures/{f.name}")) for f in hits[:MOST]]


def _result(words: str, kind: str, address: str) -> dict[str, str]:
    return {"words": words, "kind": kind, "address": address}
