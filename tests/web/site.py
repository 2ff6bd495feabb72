"""A site over a small built project, and people of every role."""

from contextlib import contextmanager
from datetime import UTC, datetime

from outsidein.access.rights import Role
from outsidein.web.serving import site_app
from outsidein.web.visit import COOKIE
from outsidein.workspace.project import Project
from tests.served import served

NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105


def address_of(role):
    return f"{role.value.replace(' ', '.')}@shop.example"


def with_people(folder, *, clock=lambda: NOW):
    """A project that knows one person of each role; without a clock of its own it is now there."""
    project = Project(folder, clock=clock) if clock else Project(folder)
    for role in Role:
        project.people.add(address_of(role), role=role, name=role.title(), by="test")
        project.people.set_password(address_of(role), PASSWORD, by="test")
    return project


@contextmanager
def site_of(*projects):
    """A browser before a real server."""
    app = site_app(projects)
    with served(app) as browser:
        browser.app = app
        browser.timeout = 60  # a busy machine
        yield browser


def sign_in(browser, role, **more):
    """Sign a browser in, instead of whoever was."""
    browser.cookies.clear()
    form = {"email": address_of(role), "password": PASSWORD}
    return browser.post("/sign-in", data=form | more)


def form_token(browser):
    """What the forms of the signed-in browser carry, as the store knows it."""
    people = browser.app.state.site.home.people
    return people.signed_in(browser.cookies[COOKIE]).form_token
