"""The web application, put together."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from outsidein.edits.file_texts import FileConflict
from outsidein.errors import InputError
from outsidein.present.style import dark_charts
from outsidein.web.case import TEMPLATES
from outsidein.web.site import STATIC, Site
from outsidein.web.visit import SignedOut

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # a link's token goes to nobody else
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}

PROBLEMS = {
    HTTPStatus.UNAUTHORIZED: "This needs a valid key.",
    HTTPStatus.FORBIDDEN: "You may not do this. Ask an administrator for the role that may.",
    HTTPStatus.NOT_FOUND: "There is no such page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This page does not support that request.",
}


def create_app(
    *pages: APIRouter, site: Site | None = None, hosts: Sequence[str] = ("*",)
) -> FastAPI:
    """Build the application out of its pages; errors and headers are decided here, once.

    Args:
        pages: The pages.
        site: The projects that pages are about.
        hosts: Names under which the server may be asked for.
    """
    app = FastAPI(openapi_url=None, lifespan=_open)
    app.state.site = site
    for router in pages:
        app.router.routes.extend(router.routes)
    app.add_api_route("/health", _health)
    app.add_api_route("/static/charts.css", _charts)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(InputError, _show_input_error)
    app.add_exception_handler(FileConflict, _show_conflict)
    app.add_exception_handler(RequestValidationError, _show_malformed)
    app.add_exception_handler(HTTPException, _show_http_error)
    app.add_exception_handler(SignedOut, _sign_in)
    app.add_exception_handler(Exception, _show_bug)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.middleware("http")(_headers)
    return app


@asynccontextmanager
async def _open(app: FastAPI) -> AsyncIterator[None]:
    """Close what requests share once the server has stopped."""
    yield
    if app.state.site:
        app.state.site.close()


async def _headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    return _with_headers(request, await answer(request))


def _with_headers(request: Request, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _health() -> PlainTextResponse:
    return PlainTextResponse("ok")


def _charts() -> PlainTextResponse:
    return PlainTextResponse(dark_charts(), media_type="text/css")


def _sign_in(_: Request, error: Exception) -> Response:
    address = error.address if isinstance(error, SignedOut) else "/sign-in"
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)


def _show_input_error(request: Request, error: Exception) -> HTMLResponse:
    """Show the reader's mistake as it is worded; anything else stays a 500 and is logged."""
    return _error(request, str(error), status=422)


def _show_conflict(request: Request, error: Exception) -> HTMLResponse:
    """Show a file as it is now beside the text that somebody wanted to write."""
    assert isinstance(error, FileConflict)  # noqa: S101  what this is registered for
    context = {
        "message": str(error),
        "path": error.on_disk.path,
        "on_disk": error.on_disk.text,
        "wanted": error.wanted,
    }
    status = HTTPStatus.CONFLICT
    return TEMPLATES.TemplateResponse(request, "conflict.html", context, status_code=status)


def _show_malformed(request: Request, _: Exception) -> HTMLResponse:
    return _error(request, "The form is incomplete, or a text is too long.", status=422)


def _show_http_error(request: Request, error: Exception) -> HTMLResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = PROBLEMS.get(HTTPStatus(status), "This is not possible.")
    answer = _error(request, words, status=status)
    answer.headers.update((error.headers if isinstance(error, HTTPException) else None) or {})
    return answer


def _show_bug(request: Request, _: Exception) -> Response:
    """Show that something broke; the traceback goes to the log."""
    message = "Something broke here; the log of the server says what."
    return _with_headers(request, _error(request, message, status=500, is_unchanged=False))


def _error(
    request: Request, message: str, *, status: int, is_unchanged: bool = True
) -> HTMLResponse:
    context = {"message": message, "is_unchanged": is_unchanged}
    return TEMPLATES.TemplateResponse(request, "error.html", context, status_code=status)
