"""The web application, put together."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from outsidein.errors import InputError
from outsidein.web.case import TEMPLATES

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # a link's token goes to nobody else
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def create_app(*pages: APIRouter) -> FastAPI:
    """Build the application out of its pages; errors and headers are decided here, once."""
    app = FastAPI(openapi_url=None)
    for router in pages:
        app.include_router(router)
    app.add_api_route("/health", _health)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(InputError, _show_input_error)
    app.add_exception_handler(RequestValidationError, _show_malformed)
    app.add_exception_handler(HTTPException, _show_http_error)
    app.middleware("http")(_headers)
    return app


async def _headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers.update(HEADERS)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _health() -> PlainTextResponse:
    return PlainTextResponse("ok")


def _show_input_error(request: Request, error: Exception) -> HTMLResponse:
    """Show the reader's mistake as it is worded; anything else stays a 500 and is logged."""
    return _error(request, str(error), status=422)


def _show_malformed(request: Request, _: Exception) -> HTMLResponse:
    return _error(request, "The form is incomplete, or a text is too long.", status=422)


def _show_http_error(request: Request, error: Exception) -> HTMLResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is no such page.", 405: "This page does not support that request."}
    return _error(request, words.get(status, "This is not possible."), status=status)


def _error(request: Request, message: str, *, status: int) -> HTMLResponse:
    context = {"message": message}
    return TEMPLATES.TemplateResponse(request, "error.html", context, status_code=status)
