"""The application that `outsidein serve` runs: one or several projects."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse
from starlette.middleware.sessions import SessionMiddleware

from outsidein.access.rights import Role
from outsidein.web.app import create_app
from outsidein.web.case import case_pages
from outsidein.web.loop import act_on_case, show_case
from outsidein.web.pages.account import account_pages
from outsidein.web.pages.alert_rules import alert_rule_pages
from outsidein.web.pages.builds import build_pages
from outsidein.web.pages.case_queue import case_queue_pages
from outsidein.web.pages.case_work import case_work_pages
from outsidein.web.pages.charts import chart_pages
from outsidein.web.pages.churn_rule import churn_rule_pages
from outsidein.web.pages.customers import customer_pages
from outsidein.web.pages.data import data_pages
from outsidein.web.pages.drivers import driver_pages
from outsidein.web.pages.figures import figure_pages
from outsidein.web.pages.find import find_pages
from outsidein.web.pages.monday import monday_pages
from outsidein.web.pages.playbooks import playbook_pages
from outsidein.web.pages.policies import policy_pages
from outsidein.web.pages.review import review_pages
from outsidein.web.pages.segments import segment_pages
from outsidein.web.pages.settings import settings_pages
from outsidein.web.pages.shifts import shift_pages
from outsidein.web.pages.subjects import subject_pages
from outsidein.web.pages.tables import table_pages
from outsidein.web.pages.value import value_pages
from outsidein.web.sign_in import SignInPages
from outsidein.web.site import Site, slugs
from outsidein.workspace.project import Project, served

PAGES = (
    *(monday_pages, subject_pages, figure_pages, chart_pages, find_pages),
    *(driver_pages, shift_pages),
    *(value_pages, policy_pages, churn_rule_pages, segment_pages, table_pages),
    *(case_queue_pages, alert_rule_pages, playbook_pages, case_work_pages),
    *(review_pages, customer_pages),
    *(data_pages, build_pages, settings_pages, account_pages),
)
"""Every part of the site, each a function of the site; of two addresses that fit, the first."""

FIRST, BY = "administrator@localhost", "serve"
"""Address of the first administrator where none was added, and who adds them."""

OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Names under which a server on this machine may be asked for."""


def site_app(projects: Sequence[Project], *, hosts: Sequence[str] = ()) -> FastAPI:
    """Return the application that serves projects.

    Args:
        projects: The first one knows people, sign-ins and keys, and answers links in mails.
        hosts: Further names under which the server may be asked for.
    """
    names = slugs([project.workspace.file.name for project in projects])
    site = Site(dict(zip(names, map(served, projects), strict=True)))
    public = urlsplit(site.home.workspace.settings.public_url).hostname or ""
    own = (public, *OWN_NAMES, *hosts)
    parts = [*_sign_in(site), _first_page(site), *_links_in_mails(site.home)]
    app = create_app(*parts, *(pages(site) for pages in PAGES), site=site, hosts=own)
    if site.home.workspace.settings.openid_issuer is not None:
        _remember_questions(app, site.home)
    return app


def _remember_questions(app: FastAPI, project: Project) -> None:
    """Keep what was asked of the identity provider in a signed cookie until it answers."""
    settings = project.workspace.settings
    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.link_key(),
        session_cookie="outsidein_openid",
        max_age=10 * 60,
        path="/sign-in/openid",
        same_site="lax",
        https_only=settings.public_url.startswith("https://"),
    )


def _sign_in(site: Site) -> list[APIRouter]:
    """Return the pages of signing in, also at an identity provider where one is set."""
    pages, settings = SignInPages(site), site.home.workspace.settings
    if settings.openid_issuer is None:
        return [pages.router]
    from outsidein.web.openid import OpenIdPages  # noqa: PLC0415  heavy, and rarely needed

    return [OpenIdPages(pages, settings).router, pages.router]


def first_link(project: Project) -> str | None:
    """Return a link for the first administrator; None once one has signed in.

    Where nobody was added yet, an administrator without a mail address of a person is.
    """
    administrators = [
        person
        for person in project.people.everybody()
        if person.role is Role.ADMINISTRATOR and not person.is_disabled
    ]
    if any(person.seen_at or person.has_password for person in administrators):
        return None
    if not administrators:
        project.people.add(FIRST, role=Role.ADMINISTRATOR, name="Administrator", by=BY)
    return project.people.link(administrators[0].email if administrators else FIRST, by=BY)


def _first_page(site: Site) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    def first() -> RedirectResponse:
        return RedirectResponse(f"/p/{next(iter(site.projects))}/monday")

    return router


def _links_in_mails(project: Project) -> list[APIRouter]:
    """Return the pages behind links in mails, where a secret signs them."""
    settings = project.workspace.settings
    if settings.link_secret is None:
        return []
    pages = case_pages(
        secret=settings.link_key(),
        show=show_case(project.cases, currency=project.currency),
        act=act_on_case(project.cases),
        clock=project.workspace.clock,
    )
    return [pages]
