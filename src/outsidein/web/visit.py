"""One request of a person or a machine that may make it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from fastapi import HTTPException, Request

from outsidein.access.api_keys import ApiKey
from outsidein.access.browsers import SignIn
from outsidein.access.people import Person
from outsidein.access.rights import Right
from outsidein.workspace.people import PeopleAccess

COOKIE = "outsidein"
FORM_TOKEN = "form_token"  # noqa: S105  the name of a field
"""Field of every form that changes something, and header of requests that do."""

READING = frozenset({"GET", "HEAD"})


class SignedOut(Exception):
    """A page needs somebody who is signed in."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted = wanted

    @property
    def address(self) -> str:
        """Where to sign in, and come back from."""
        return f"/sign-in?to={quote(self.wanted, safe='/')}"


class Visitor(Protocol):
    """Who makes a request."""

    def may(self, right: Right) -> bool:
        """Return whether the visitor holds a right."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine with a key."""

    key: ApiKey

    def may(self, right: Right) -> bool:
        """Return whether the key holds a right."""
        return right in self.key.rights


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets requests in: who makes them, and whether they may."""

    people: PeopleAccess

    def admit(self, request: Request, *, needs: Right, form_token: str) -> SignIn | Machine:
        """Return who makes a request.

        Args:
            request: The request.
            needs: The right that it needs.
            form_token: What its form carries; needed by all that change something.

        Raises:
            SignedOut: Nobody is signed in, and the request only reads.
            HTTPException: It is not allowed (403), or a machine has no key (401).
        """
        visitor = self._machine(request) or self._browser(request, form_token)
        holder: Person | Machine = visitor.person if isinstance(visitor, SignIn) else visitor
        if not holder.may(needs):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return visitor

    def _machine(self, request: Request) -> Machine | None:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        key = self.people.key_of(text.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            headers = {"WWW-Authenticate": "Bearer"}
            raise HTTPException(HTTPStatus.UNAUTHORIZED, headers=headers)
        return Machine(key)

    def _browser(self, request: Request, form_token: str) -> SignIn:
        reads = request.method in READING
        token = request.cookies.get(COOKIE)
        sign_in = self.people.signed_in(token) if token else None
        if sign_in is None:
            if reads:
                raise SignedOut(_wanted(request))
            raise HTTPException(HTTPStatus.FORBIDDEN)
        if not reads and not _is_own_form(request, sign_in, form_token):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return sign_in


def _is_own_form(request: Request, sign_in: SignIn, form_token: str) -> bool:
    """Whether a form comes from a page that this sign-in was shown."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site in {"same-origin", "none"} and form_token == sign_in.form_token


def _wanted(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
