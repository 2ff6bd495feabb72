"""Signing in and out."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from outsidein.access.browsers import LONGEST, NewSignIn
from outsidein.access.sign_in import SignInRefused
from outsidein.web.site import Site
from outsidein.web.visit import COOKIE
from outsidein.workspace.people import PeopleAccess

Short = Annotated[str, Form(max_length=400)]


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The pages on which people sign in; nobody needs a right for them."""

    site: Site

    @property
    def router(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        router.add_api_route("/sign-in", self.page)
        router.add_api_route("/sign-in", self.sign_in, methods=["POST"], response_model=None)
        router.add_api_route("/sign-in/link", self.ask_for_link, methods=["POST"])
        router.add_api_route("/sign-in/{token}", self.link_page)
        router.add_api_route(
            "/sign-in/{token}", self.follow_link, methods=["POST"], response_model=None
        )
        router.add_api_route("/sign-out", self.sign_out, methods=["POST"], response_model=None)
        return router

    @property
    def people(self) -> PeopleAccess:
        """Who may sign in."""
        return self.site.home.people

    def page(self, request: Request, to: str = "/") -> HTMLResponse:
        """Ask for address and password."""
        return self._asked(request, to=own_address(to))

    def sign_in(
        self, request: Request, email: Short = "", password: Short = "", to: Short = "/"
    ) -> Response:
        """Sign in with a password."""
        to = own_address(to)
        try:
            begun = self.people.sign_in(email, password, address=_address(request))
        except SignInRefused as refusal:
            return self._asked(request, to=to, problem=str(refusal), status=429)
        if begun is None:
            problem = "Mail address and password do not belong together."
            return self._asked(request, to=to, problem=problem, status=422)
        return self.signed_in(begun, to)

    def ask_for_link(self, request: Request, email: Short = "") -> HTMLResponse:
        """Mail a link to who has this address, and say the same to everybody."""
        self.people.mail_link(email, address=_address(request))
        words = "If this address belongs to somebody here, a link is on its way. It works once."
        return self._asked(request, to="/", note=words)

    def link_page(self, request: Request, token: str) -> HTMLResponse:
        """Ask for a click: mail scanners open every link, and would use it up."""
        context = {"token": token}
        return self.site.templates.TemplateResponse(request, "site/link.html", context)

    def follow_link(self, request: Request, token: str) -> Response:
        """Sign in with a link."""
        try:
            return self.signed_in(self.people.follow_link(token), "/")
        except SignInRefused as refusal:
            return self.refused(request, str(refusal))

    def sign_out(self, request: Request) -> RedirectResponse:
        """Sign this browser out."""
        if token := request.cookies.get(COOKIE):
            self.people.sign_out(token)
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(COOKIE)
        return answer

    def refused(self, request: Request, problem: str) -> HTMLResponse:
        """Say why nobody was signed in."""
        return self._asked(request, to="/", problem=problem, status=422)

    def _asked(
        self, request: Request, *, to: str, problem: str = "", note: str = "", status: int = 200
    ) -> HTMLResponse:
        has_provider = self.site.home.workspace.settings.openid_issuer is not None
        context = {"to": to, "problem": problem, "note": note, "has_provider": has_provider}
        return self.site.templates.TemplateResponse(
            request, "site/sign_in.html", context, status_code=status
        )

    def signed_in(self, begun: NewSignIn, to: str) -> RedirectResponse:
        """Give a browser the cookie of its sign-in, and send it on."""
        answer = RedirectResponse(to, status_code=303)
        answer.set_cookie(
            COOKIE,
            begun.token,
            max_age=int(LONGEST.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.site.home.workspace.settings.public_url.startswith("https://"),
        )
        return answer


def own_address(to: str) -> str:
    r"""Return an address of this site; the first page for any other.

    Example:
        >>> own_address("/p/shop/cases?team=a"), own_address("//evil.example")
        ('/p/shop/cases?team=a', '/')
        >>> own_address("/\\evil.example"), own_address("https://evil.example/")
        ('/', '/')
    """
    parts = urlsplit(to)
    is_plain = to.isprintable() and "\\" not in to and not to.startswith("//")
    is_own = to.startswith("/") and not parts.scheme and not parts.netloc
    return to if is_plain and is_own else "/"


def _address(request: Request) -> str:
    host, _ = request.scope.get("client") or ("", 0)
    return str(host)
