"""Tables of the current build: rows searched and sorted in the store, and CSV."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from outsidein.access.rights import Right
from outsidein.web.csv import csv_answer
from outsidein.web.listing import page_of_list, with_query
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.table_rows import MOST_EXPORTED, ROWS, RowsWanted

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


def table_pages(site: Site) -> APIRouter:
    """Return the list of tables and the page of each."""
    pages = Pages(site)

    @pages.get("/tables", needs=Right.ANALYSE)
    def tables(visit: AVisit) -> HTMLResponse:
        return site.page(visit, "tables/list.html", tables=visit.project.rows.tables())

    @pages.get("/tables/{name}.csv", needs=Right.ANALYSE)
    def table_csv(visit: AVisit, name: str, q: str = "", sort: str = "") -> Response:
        wanted = _wanted(visit, q, sort)
        rows = visit.project.rows.page(name, wanted, limit=MOST_EXPORTED).rows
        return csv_answer(rows, f"{name}.csv")

    @pages.get("/tables/{name}", needs=Right.ANALYSE)
    def table_page(
        visit: AVisit, name: str, q: str = "", sort: str = "", page: PageNumber = 1
    ) -> HTMLResponse:
        shown = visit.project.rows.page(name, _wanted(visit, q, sort), offset=(page - 1) * ROWS)
        address, asked = visit.address(f"tables/{name}"), {"q": q, "sort": sort}
        return site.page(
            visit,
            "tables/page.html",
            name=name,
            rows=shown.rows,
            q=q,
            sort=sort,
            more={"q": q} if q else {},
            csv=with_query(f"{address}.csv", asked),
            listing=page_of_list(address, asked, page=page, rows=ROWS, total=shown.matching),
        )

    return pages.router


def _wanted(visit: Visit, q: str, sort: str) -> RowsWanted:
    """Read what is asked for out of an address: `sort` begins with - for the largest first."""
    return RowsWanted(
        search="".join(letter for letter in q[:200] if letter.isprintable()),
        sort=sort.removeprefix("-"),
        is_descending=sort.startswith("-"),
        with_contact_data=visit.may(Right.SEE_CONTACT_DATA),
    )
