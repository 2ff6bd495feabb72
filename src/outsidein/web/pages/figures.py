"""A figure: every number with its definition, n, interval, method, and where it comes from."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from outsidein.access.rights import Right
from outsidein.figures.figure import Figure
from outsidein.present.display_tables import group_text, long_table
from outsidein.present.wording import label
from outsidein.web.csv import csv_answer
from outsidein.web.site import AVisit, Pages, Site
from outsidein.workspace.figure_number import better_of, number_python, number_sql, rows_sql


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

    @pages.get("/figures/{name}/{place}", needs=Right.SEE_FIGURES)
    def number_page(visit: AVisit, name: str, place: int) -> HTMLResponse:
        project, figure = visit.project, _figures(visit).get(name)
        if figure is None or not 0 <= place < len(figure.estimates):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        number, tables = figure.estimates[place], project.rows.behind(name)
        may_query = visit.may(Right.ANALYSE)
        return site.page(
            visit,
            "site/number.html",
            figure=figure,
            number=number,
            better=better_of(name, number),
            words=project.presented().words,
            build=project.presented().number,
            tables=tables if may_query else [],
            calls=rows_sql(tables),
            sql=number_sql(project.snapshot(), project.folder, figure, number) if may_query else "",
            python=number_python(project.folder, figure, number),
            label=label,
            group_text=group_text,
        )

    def _figures(visit: AVisit) -> dict[str, Figure]:
        return dict(visit.project.presented().material.evidence.figures)

    return pages.router
