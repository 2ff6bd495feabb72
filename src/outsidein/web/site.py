"""The site: its projects, its pages, and what each page needs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from outsidein.access.browsers import SignIn
from outsidein.access.people import Person
from outsidein.access.rights import Right
from outsidein.present.visible_text import visible_value
from outsidein.project.declarations import PROJECT_FILE
from outsidein.web.visit import Entrance
from outsidein.workspace.declaration import read_project_file
from outsidein.workspace.project import Project, reopened

NEEDS = "x-needs"
"""Where a route keeps the right that it needs."""

WITH_SCRIPT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy of pages within the frame; others run no script at all."""

Endpoint = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One entry of the rail on the left: a page, its words, and the right that it needs."""

    path: str
    words: str
    needs: Right


RAIL = (
    RailEntry("monday", "Monday", Right.SEE_FIGURES),
    RailEntry("cases", "Cases", Right.WORK_OWN_CASES),
    RailEntry("customers", "Customers", Right.SEE_CUSTOMERS),
    RailEntry("drivers", "Drivers", Right.SEE_FIGURES),
    RailEntry("value", "Value", Right.SEE_FIGURES),
    RailEntry("segments", "Segments", Right.SEE_FIGURES),
    RailEntry("standards", "Standards", Right.SEE_FIGURES),
    RailEntry("data", "Data", Right.SEE_DATA),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that was let in: of whom, to which project.

    Attributes:
        request: The request.
        project: The project that it is about.
        slug: Its name in addresses.
        person: Who is signed in; None for a machine.
        form_token: What forms of this visitor must carry.
        may: Tells whether the visitor holds a right.
    """

    request: Request
    project: Project
    slug: str
    person: Person | None
    form_token: str
    may: Callable[[Right], bool]

    @property
    def by(self) -> str:
        """Who acts, for the audit."""
        return self.person.name if self.person else "machine"

    @property
    def email(self) -> str:
        """Mail address of who acts, for git; empty for a machine."""
        return self.person.email if self.person else ""

    def address(self, path: str) -> str:
        """Return the address of a page of the project.

        Example: `visit.address("cases/17")` is `/p/shop/cases/17`.
        """
        return f"/p/{self.slug}/{path}"


@dataclass(frozen=True)
class Site:
    """What the server serves: projects by their name in addresses; the first one knows people.

    Attributes:
        projects: By their name in addresses.
        templates: Renders pages.
    """

    projects: dict[str, Project]
    templates: Jinja2Templates = field(init=False)
    _opening: Lock = field(init=False, default_factory=Lock)
    _contents: dict[str, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "templates", Jinja2Templates(env=environment()))

    @property
    def home(self) -> Project:
        """The project whose store knows people, sign-ins and keys."""
        return next(iter(self.projects.values()))

    def project(self, slug: str) -> Project:
        """Return a project as its file says now: it is opened anew once the file has changed.

        Raises:
            KeyError: There is no such project.
        """
        with self._opening:
            project = self.projects[slug]
            content = (project.folder / PROJECT_FILE).read_bytes()
            if content != self._contents.get(slug):
                project = self._as_declared(project)
                self.projects[slug], self._contents[slug] = project, content
            return project

    def _as_declared(self, project: Project) -> Project:
        same = read_project_file(project.folder) == project.workspace.file
        return project if same else reopened(project)

    def close(self) -> None:
        """Close the engines that requests share; the projects stay open."""
        for project in self.projects.values():
            if project.workspace.shared:
                project.workspace.shared.close()

    @property
    def entrance(self) -> Entrance:
        """Lets requests in."""
        return Entrance(self.home.people)

    def now(self) -> datetime:
        """Return the moment."""
        return self.home.workspace.clock()

    def page(self, visit: Visit, template: str, **shown: object) -> HTMLResponse:
        """Render a page within the frame."""
        context = {
            "visit": visit,
            "project_name": visit.project.workspace.file.name,
            "projects": {slug: p.workspace.file.name for slug, p in self.projects.items()},
            "rail": [entry for entry in RAIL if visit.may(entry.needs)],
            "here": visit.request.url.path.removeprefix(f"/p/{visit.slug}/").partition("/")[0],
            "Right": Right,
            **shown,
        }
        answer = self.templates.TemplateResponse(visit.request, template, context)
        answer.headers["Content-Security-Policy"] = WITH_SCRIPT
        return answer


class Pages:
    """The pages of one part of the site, each with the right that it needs."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.router = APIRouter(prefix="/p/{project}")

    def get(self, path: str, *, needs: Right) -> Callable[[Endpoint], Endpoint]:
        """Declare a page that only reads."""
        return self._route(path, "GET", needs)

    def post(self, path: str, *, needs: Right) -> Callable[[Endpoint], Endpoint]:
        """Declare a form that changes something."""
        return self._route(path, "POST", needs)

    def _route(self, path: str, method: str, needs: Right) -> Callable[[Endpoint], Endpoint]:
        def declare(endpoint: Endpoint) -> Endpoint:
            self.router.add_api_route(
                path,
                endpoint,
                methods=[method],
                response_model=None,
                openapi_extra={NEEDS: needs},
            )
            return endpoint

        return declare


async def sent_form_token(request: Request, x_form_token: Annotated[str, Header()] = "") -> str:
    """Return what a request carries to show that it comes from a page of this site."""
    if x_form_token or request.method == "GET":
        return x_form_token
    value = (await request.form()).get("form_token", "")
    return value if isinstance(value, str) else ""


def visit_of(
    request: Request, project: str, token: Annotated[str, Depends(sent_form_token)]
) -> Visit:
    """Let a request in, or refuse it; every page of a project asks for its visit."""
    site: Site = request.app.state.site
    visitor = site.entrance.admit(
        request, needs=needed_right(request.scope["route"]), form_token=token
    )
    if project not in site.projects:
        raise HTTPException(404)
    return Visit(
        request=request,
        project=site.project(project),
        slug=project,
        person=visitor.person if isinstance(visitor, SignIn) else None,
        form_token=visitor.form_token if isinstance(visitor, SignIn) else "",
        may=visitor.person.may if isinstance(visitor, SignIn) else visitor.may,
    )


AVisit = Annotated[Visit, Depends(visit_of)]
"""The visit, as a page asks for it."""

Words = Annotated[str, Form(max_length=4_000)]
"""A text of a form."""


def needed_right(route: APIRoute) -> Right:
    """Return the right that a page needs; a page without one is a bug, and nobody gets in."""
    return Right((route.openapi_extra or {})[NEEDS])


def slugs(names: Sequence[str]) -> list[str]:
    """Return names for addresses, all different.

    Example:
        >>> slugs(["My Shop", "My shop", "!"])
        ['my-shop', 'my-shop-2', 'project']
    """
    result: list[str] = []
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "project"
        count = 1 + sum(
            other == slug or re.fullmatch(rf"{slug}-\d+", other) is not None for other in result
        )
        result.append(slug if count == 1 else f"{slug}-{count}")
    return result


def environment() -> Environment:
    """Return what renders templates: what is shown is escaped, control characters written out."""
    return Environment(
        loader=ChoiceLoader([PackageLoader("outsidein.web"), PackageLoader("outsidein.present")]),
        autoescape=True,
        finalize=visible_value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


STATIC = Path(__file__).parent / "static"
