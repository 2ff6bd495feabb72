"""The own account: a new password."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response

from outsidein.access.people import Person
from outsidein.access.rights import Right
from outsidein.access.secrets import LEAST
from outsidein.errors import InputError
from outsidein.web.sign_in import SignInPages
from outsidein.web.site import AVisit, Pages, Site, Visit

Password = Annotated[str, Form(max_length=400)]


def account_pages(site: Site) -> APIRouter:
    """Return the page on which people set their password."""
    pages = Pages(site)
    people = site.home.people

    @pages.get("/account", needs=Right.SEE_FIGURES)
    def account(visit: AVisit, changed: str = "") -> HTMLResponse:
        shown = {"has_password": _person(visit).has_password, "least": LEAST}
        return site.page(visit, "settings/account.html", is_changed=bool(changed), **shown)

    @pages.post("/account/password", needs=Right.SEE_FIGURES)
    def set_password(
        visit: AVisit, new: Password, again: Password, current: Password = ""
    ) -> Response:
        person = _person(visit)
        address, _ = visit.request.scope.get("client") or ("", 0)
        if new != again:
            raise InputError("The two new passwords differ.")
        if person.has_password and not people.sign_in(person.email, current, address=address):
            raise InputError("The current password is wrong.")
        people.set_password(person.email, new, by=visit.by)  # signs out every browser
        begun = people.sign_in(person.email, new, address=address)
        if begun is None:
            raise HTTPException(403)
        return SignInPages(site).signed_in(begun, visit.address("account?changed=1"))

    return pages.router


def _person(visit: Visit) -> Person:
    """Return who is signed in; a machine has no account."""
    if visit.person is None:
        raise HTTPException(403)
    return visit.person
