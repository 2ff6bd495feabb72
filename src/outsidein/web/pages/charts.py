"""Charts as files: for slides, for documents."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from outsidein.access.rights import Right
from outsidein.present.charts.svg import Drawing
from outsidein.web.site import AVisit, Pages, Site, Visit


def chart_pages(site: Site) -> APIRouter:
    """Return each chart of the pages as a file."""
    pages = Pages(site)

    @pages.get("/charts/{name}.svg", needs=Right.SEE_FIGURES)
    def svg(visit: AVisit, name: str) -> Response:
        drawing = _drawing(visit, name)
        return _file(drawing.file, f"{drawing.name}.svg", "image/svg+xml")

    @pages.get("/charts/{name}.png", needs=Right.SEE_FIGURES)
    def png(visit: AVisit, name: str) -> Response:
        drawing = _drawing(visit, name)
        return _file(drawing.png, f"{drawing.name}.png", "image/png")

    return pages.router


def _drawing(visit: Visit, name: str) -> Drawing:
    block = visit.project.presented().whole_blocks.get(name)
    if block is None or block.drawing is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return block.drawing


def _file(content: str | bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
