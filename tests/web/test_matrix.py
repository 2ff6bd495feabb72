"""Who may ask for what: every route and every role, generated from the routes."""

import shutil

import pytest
from fastapi.routing import APIRoute

from outsidein.access.rights import Right, Role, may
from outsidein.web.serving import site_app
from outsidein.web.site import NEEDS, needed_right
from tests.web.site import sign_in, site_of, with_people

PUBLIC = {
    ("GET", "/"),  # leads to the first page, which asks who you are
    ("GET", "/health"),
    ("GET", "/static/charts.css"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/link"),
    ("GET", "/sign-in/{token}"),
    ("POST", "/sign-in/{token}"),
    ("POST", "/sign-out"),
}
"""Routes that need nobody to be signed in; any other needs a right."""

REFUSED, OK = 403, 200


def routes(app):
    """Every route of an application, also of parts put into it: (method, route)."""
    found = []
    for route in app.routes:
        if isinstance(route, APIRoute):
            found += [(method, route) for method in sorted(route.methods - {"HEAD"})]
    return found


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("matrix") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


@pytest.fixture(scope="module")
def guarded(shop):
    """Routes that need a right: (method, route)."""
    return [(m, r) for m, r in routes(site_app([shop])) if (m, r.path) not in PUBLIC]


def test_every_route_needs_a_right_or_is_listed_as_public(shop, guarded):
    assert len(guarded) > 5
    for _, route in guarded:
        assert NEEDS in (route.openapi_extra or {}), f"{route.path} needs no right"
        assert needed_right(route) in Right
        assert route.path.startswith("/p/{project}"), route.path
    there = {(m, r.path) for m, r in routes(site_app([shop]))}
    assert there >= PUBLIC


def ask(browser, method, route):
    """Ask for a route with made-up parts of its address."""
    parts = dict.fromkeys(route.param_convertors, "1") | {"project": "shop"}
    return browser.request(method, route.path.format(**parts))


def test_nobody_who_is_signed_out_gets_in(web, guarded):
    web.cookies.clear()
    for method, route in guarded:
        answer = ask(web, method, route)
        if method == "GET":
            assert answer.status_code == 303, route.path
            assert answer.headers["location"].startswith("/sign-in?to=/p/shop")
        else:
            assert answer.status_code == REFUSED, route.path


def test_every_role_gets_what_it_may_and_nothing_else(web, guarded):
    for role in Role:
        assert sign_in(web, role).status_code == 303
        for method, route in guarded:
            if method == "POST":
                continue  # without a token of the form it is refused anyway: see the next test
            is_refused = ask(web, method, route).status_code == REFUSED
            assert is_refused != may(role, needed_right(route)), (role, method, route.path)


def test_no_form_is_taken_without_its_token_or_without_the_right(web, guarded):
    forms = [route for method, route in guarded if method == "POST"]
    for role in Role:
        sign_in(web, role)
        for route in forms:
            assert ask(web, "POST", route).status_code == REFUSED, (role, route.path)
        assert web.get("/p/shop/account").status_code == OK, "refused forms sign nobody out"
