"""Value: the whale curve with a handle, and the customers up to it."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from outsidein.access.rights import Right
from outsidein.present.wording import share as share_in_words
from outsidein.web.csv import csv_answer
from outsidein.web.listing import page_of_list, with_query
from outsidein.web.pages.subjects import TABS, VALUE, subject_parts
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.table_rows import MOST_EXPORTED, ROWS
from outsidein.workspace.whale import WhaleCut, WhaleHandle

START = 20.0
"""Share of customers at which the handle stands first (%)."""

Percent = Annotated[float, Query(ge=0, le=100)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


def value_pages(site: Site) -> APIRouter:
    """Return the page on value and the list of the most profitable customers."""
    pages = Pages(site)

    @pages.get("/value", needs=Right.SEE_FIGURES)
    def value(visit: AVisit, share: Percent = START) -> HTMLResponse:
        presented = visit.project.presented()
        handle = WhaleHandle(presented)
        cut = handle.cut(share / 100)
        shown: dict[str, object] = {
            "cut": cut,
            "words": presented.words,
            "share_in_words": share_in_words,
        }
        shown["curve"] = presented.whole_blocks.get("whale_curve")
        if "HX-Request" in visit.request.headers:
            return site.page(visit, "value/_cut.html", **shown)
        outlook = presented.blocks.get("tier_outlook", ())
        own = {"whale_curve"} if cut else set()
        return site.page(
            visit,
            "value/page.html",
            points=handle.points,
            failures=handle.failures,
            outlook=outlook,
            **shown,
            **subject_parts(visit, VALUE, first={*own, *(block.name for block in outlook)}),
        )

    @pages.get("/value/customers", needs=Right.SEE_CUSTOMERS)
    def customers(visit: AVisit, share: Percent = START, page: PageNumber = 1) -> HTMLResponse:
        cut, address = _cut(visit, share), visit.address("value/customers")
        asked = {"share": f"{share:g}"}
        rows = visit.project.customers.most_profitable(
            cut.customers if cut else 0,
            personal=visit.may(Right.SEE_CONTACT_DATA),
            rows=ROWS,
            offset=(page - 1) * ROWS,
            by=visit.by,
        )
        return site.page(
            visit,
            "value/customers.html",
            shown_tabs=TABS["value"],
            cut=cut,
            share=share,
            rows=rows.to_pylist(),
            words=visit.project.presented().words,
            share_in_words=share_in_words,
            csv=with_query(f"{address}.csv", asked),
            listing=page_of_list(
                address, asked, page=page, rows=ROWS, total=cut.customers if cut else 0
            ),
        )

    @pages.get("/value/customers.csv", needs=Right.SEE_CUSTOMERS)
    def customers_csv(visit: AVisit, share: Percent = START) -> Response:
        cut = _cut(visit, share)
        rows = visit.project.customers.most_profitable(
            cut.customers if cut else 0,
            personal=visit.may(Right.SEE_CONTACT_DATA),
            rows=MOST_EXPORTED,
            by=visit.by,
        )
        return csv_answer(rows, "customers.csv")

    return pages.router


def _cut(visit: Visit, share: float) -> WhaleCut | None:
    return WhaleHandle(visit.project.presented()).cut(share / 100)
