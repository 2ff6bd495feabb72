"""Data: sources, needs and their use, rejected rows, withheld sentences."""

from collections.abc import Iterable
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Form, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from outsidein.access.rights import Right
from outsidein.sources.need_edits import NeedDecision
from outsidein.sources.needs import NEEDS_FILE
from outsidein.web.csv import csv_answer
from outsidein.web.listing import page_of_list, with_query
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.data_use import ROWS, ColumnState

PARTS = (
    ("data", "Sources"),
    ("data/needs", "Needs and use"),
    ("data/rejects", "Rejected rows"),
    ("data/builds", "Builds"),
    ("data/withheld", "Withheld sentences"),
)
"""Parts of the page, each with its own address."""

CHOICES = {
    "": "all",
    "used": "used by a model",
    "unused": "approved and used by nothing",
    "open": "waiting for a decision",
    "vetoed": "vetoed",
}
"""Which columns are shown, and in which words."""

VERDICTS = {"approve": True, "veto": False}

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


ShortText = Annotated[str, Field(max_length=400)]


class DecisionForm(BaseModel):
    """What a data owner sends about one column."""

    source: ShortText
    column: ShortText
    verdict: ShortText
    was: ShortText
    reason: Annotated[str, Field(max_length=4_000)] = ""
    department: ShortText = ""
    purpose: ShortText = ""
    owner: ShortText = ""


def data_pages(site: Site) -> APIRouter:
    """Return the pages of sources and rejected rows, and those of needs."""
    pages = Pages(site)
    _declare_needs(pages, site)
    _declare_decision(pages, site)
    _declare_rejects(pages, site)

    @pages.get("/data", needs=Right.SEE_DATA)
    def sources(visit: AVisit) -> HTMLResponse:
        rows = visit.project.data.sources()
        return site.page(visit, "data/sources.html", sources=rows, parts=PARTS)

    @pages.get("/data/withheld", needs=Right.SEE_FIGURES)
    def withheld(visit: AVisit) -> HTMLResponse:
        presented = visit.project.presented()
        return site.page(
            visit,
            "data/withheld.html",
            withheld=presented.withheld,
            number=presented.number,
            parts=PARTS if visit.may(Right.SEE_DATA) else (),
        )

    return pages.router


def _declare_needs(pages: Pages, site: Site) -> None:
    @pages.get("/data/needs", needs=Right.SEE_DATA)
    def needs(visit: AVisit, source: str = "", shown: str = "") -> HTMLResponse:
        columns = visit.project.data.columns()
        return site.page(
            visit,
            "data/needs.html",
            columns=[c for c in columns if _fits(c, source, shown)],
            total=len(columns),
            sources=list(dict.fromkeys(c.source for c in columns)),
            source=source,
            shown=shown,
            choices=CHOICES,
            parts=PARTS,
        )

    @pages.get("/data/needs.csv", needs=Right.SEE_DATA)
    def needs_csv(visit: AVisit, source: str = "", shown: str = "") -> Response:
        columns = (c for c in visit.project.data.columns() if _fits(c, source, shown))
        return csv_answer(_columns_table(columns), "needs.csv")


def _declare_decision(pages: Pages, site: Site) -> None:
    @pages.get("/data/decide", needs=Right.DECIDE_DATA)
    def ask(visit: AVisit, source: str = "", column: str = "", verdict: str = "") -> HTMLResponse:
        if verdict not in VERDICTS:
            raise HTTPException(404)
        data = visit.project.data
        state = data.column(source, column)
        decision = _decision(visit, source, column, verdict)
        takes_away = state.state == "approved" and not decision.is_approved
        return site.page(
            visit,
            "data/decide.html",
            column=state,
            verdict=verdict,
            consequences=data.consequences(decision) if takes_away else [],
            was=visit.project.files.read(NEEDS_FILE).sha256,
        )

    @pages.post("/data/decide", needs=Right.DECIDE_DATA)
    def decide(visit: AVisit, form: Annotated[DecisionForm, Form()]) -> RedirectResponse:
        if form.verdict not in VERDICTS:
            raise HTTPException(404)
        data = visit.project.data
        data.column(form.source, form.column)
        words = {"department": form.department, "purpose": form.purpose, "owner": form.owner}
        decision = _decision(visit, form.source, form.column, form.verdict, **words)
        data.decide(decision, was=form.was, reason=form.reason, email=visit.email)
        address = with_query(visit.address("data/needs"), {"source": form.source})
        return RedirectResponse(address, status_code=303)


def _declare_rejects(pages: Pages, site: Site) -> None:
    @pages.get("/data/rejects", needs=Right.SEE_DATA)
    def rejects(
        visit: AVisit, origin: str = "", reason: str = "", page: PageNumber = 1
    ) -> HTMLResponse:
        listed = visit.project.data.rejects(origin=origin, reason=reason, page=page)
        address, filters = visit.address("data/rejects"), {"origin": origin, "reason": reason}
        place = page_of_list(address, filters, page=page, rows=ROWS, total=listed.total)
        return site.page(
            visit,
            "data/rejects.html",
            rejects=listed,
            shows_rows=_sees_rows(visit, origin),
            listing=place,
            csv=with_query(f"{address}.csv", filters),
            **filters,
            parts=PARTS,
        )

    @pages.get("/data/rejects.csv", needs=Right.SEE_DATA)
    def rejects_csv(visit: AVisit, origin: str = "", reason: str = "") -> Response:
        has_rows = _sees_rows(visit, origin)
        data = visit.project.data
        table = data.rejects_table(origin=origin, reason=reason, has_rows=has_rows)
        return csv_answer(table, "rejects.csv")


def _sees_rows(visit: Visit, origin: str) -> bool:
    """Return whether a visitor sees rows, which may name customers; the audit keeps that."""
    if not visit.may(Right.SEE_CONTACT_DATA):
        return False
    with visit.project.act("rejects.viewed", "rejects", by=visit.by, details={"origin": origin}):
        return True


def _decision(visit: Visit, source: str, column: str, verdict: str, **words: str) -> NeedDecision:
    on = visit.project.today
    is_approved = VERDICTS[verdict]
    return NeedDecision(source, column, is_approved=is_approved, by=visit.by, on=on, **words)


def _fits(column: ColumnState, source: str, shown: str) -> bool:
    fits = {
        "used": column.is_used,
        "unused": not column.is_used and column.state == "approved",
        "open": column.state in {"proposed", "without a need"},
        "vetoed": column.state == "vetoed",
    }
    return fits.get(shown, True) and source in {"", column.source}


def _columns_table(columns: Iterable[ColumnState]) -> pa.Table:
    rows = [
        {
            "source": column.source,
            "column": column.name,
            "state": column.state,
            "purposes": "; ".join(need.purpose for need in column.needs),
            "models": ", ".join(column.models),
            "tables": ", ".join(column.tables),
            "figures": ", ".join(column.figures),
            "segments and alerts": ", ".join(column.rules),
        }
        for column in columns
    ]
    names = ("source", "column", "state", "purposes", "models", "tables", "figures")
    fields = [pa.field(name, pa.string()) for name in (*names, "segments and alerts")]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))
