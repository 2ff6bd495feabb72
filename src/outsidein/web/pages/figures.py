"""A figure: every number with its definition, n, interval, method, and where it comes from."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from outsidein.access.rights import Right
from outsidein.figures.figure import Figure
from outsidein.present.display_tables import long_table
from outsidein.web.csv import csv_answer
from outsidein.web.site import AVisit, Pages, Site


def figure_pages(site: Site) -> APIRouter:
    """Return the list of figures and the page of each."""
    pages = Pages(site)

    @pages.get("/figures", needs=Right.SEE_FIGURES)
    def figures(visit: AVisit, q: str = "") -> HTMLResponse:
        shown = [f for f in _figures(visit).values() if q.lower() in f"{f.name} {f.title}".lower()]
        return site.page(visit, "site/figures.html", figures=shown, q=q)

    @pages.get("/figures/{name}.csv", needs=Right.SEE_FIGURES)
    def figure_csv(visit: AVisit, name: str) -> Response:
        figures = _figures(visit)
        figure = figures[name] if name in figures else visit.project.figure(name).figure
        return csv_answer(figure.table(), f"{name}.csv")

    @pages.get("/figures/{name}", needs=Right.SEE_FIGURES)
    def figure_page(visit: AVisit, name: str) -> HTMLResponse:
        presented, figures = visit.project.presented(), _figures(visit)
        figure = figures[name] if name in figures else visit.project.figure(name).figure
        table = long_table(figure, presented.words)
        return site.page(
            visit,
            "site/figure.html",
            figure=figure,
            blocks=presented.blocks.get(name, ()),
            table=table,
            number=presented.number,
            folder=visit.project.folder.name,
            tables=visit.project.rows.behind(name) if visit.may(Right.ANALYSE) else [],
        )

    def _figures(visit: AVisit) -> dict[str, Figure]:
        return dict(visit.project.presented().material.evidence.figures)

    return pages.router
