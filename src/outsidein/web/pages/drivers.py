"""Drivers: factors side by side, one by one, beliefs beside evidence, and initiatives."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

import tomlkit
from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, field_validator
from tomlkit import TOMLDocument

from outsidein.access.rights import Right
from outsidein.errors import InputError
from outsidein.present.money_scale import decimals_of
from outsidein.stats.factors.classes import CLASSES
from outsidein.web.pages.subjects import DRIVERS, TABS, subject_parts
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.drivers import declared_factors, drivers, quotes_of, tables_of

BELIEFS, INITIATIVES = "beliefs.toml", "initiatives.toml"
WORKS = ("remove", "restore", "build")
ANSWERS = ("communication", "product", "channel")

Text = Annotated[str, Field(max_length=400)]


class NewBeliefs(BaseModel):
    """The form with which beliefs are sealed: as many factors as ranks and classes."""

    form_token: str = ""
    was: Annotated[str, Field(max_length=64)]
    factor: list[Text] = []
    rank: list[Annotated[str, Field(max_length=4)]] = []
    kind: list[Annotated[str, Field(max_length=20)]] = []
    reason: Text = ""


class NewInitiative(BaseModel):
    """The form with which an initiative is added; what is left empty is not declared."""

    form_token: str = ""
    was: Annotated[str, Field(max_length=64)]
    name: Text = ""
    factor: Text = ""
    work: Text = ""
    answer: Text = ""
    owner: Text = ""
    cost: Annotated[float | None, Field(ge=0, le=1e12)] = None
    hours: Annotated[float | None, Field(ge=0, le=1e9)] = None
    improves: Annotated[float | None, Field(gt=0, le=100)] = None
    begins_on: date | None = None
    done_on: date | None = None
    reason: Text = ""

    @field_validator("cost", "hours", "improves", "begins_on", "done_on", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value


def driver_pages(site: Site) -> APIRouter:
    """Return the pages on drivers."""
    pages = Pages(site)

    @pages.get("/drivers", needs=Right.SEE_FIGURES)
    def all_drivers(visit: AVisit) -> HTMLResponse:
        presented = visit.project.presented()
        shown = {"rows": drivers(presented.material.evidence), "words": presented.words}
        return site.page(visit, "drivers/page.html", **shown, **subject_parts(visit, DRIVERS))

    @pages.get("/drivers/factor/{name}", needs=Right.SEE_FIGURES)
    def factor(visit: AVisit, name: str) -> HTMLResponse:
        evidence = visit.project.presented().material.evidence
        tables = tables_of(evidence, name)
        if not tables:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        blocks = visit.project.presented().whole_blocks
        verbatims = evidence.contents.verbatims if visit.may(Right.SEE_CUSTOMERS) else []
        return site.page(
            visit,
            "drivers/factor.html",
            name=name,
            tables=tables,
            quotes=quotes_of(verbatims, name),
            blocks=[b for b in (blocks.get(f"factor_drift-{name}"),) if b],
            shown_tabs=TABS["drivers"],
        )

    _belief_pages(pages, site)
    _initiative_pages(pages, site)
    return pages.router


def _belief_pages(pages: Pages, site: Site) -> None:
    @pages.get("/drivers/beliefs", needs=Right.SEE_FIGURES)
    def beliefs(visit: AVisit) -> HTMLResponse:
        return show(visit)

    @pages.post("/drivers/beliefs", needs=Right.DECIDE)
    def seal(visit: AVisit, form: Annotated[NewBeliefs, Form()]) -> Response:
        try:
            ranked = ranked_beliefs(form.factor, form.rank, form.kind)
            content = {"author": visit.by, "sealed_on": site.now().date()}

            def edit(document: TOMLDocument) -> None:
                document.update(content | {"belief": _tables(ranked)})

            _write(visit, BELIEFS, edit, was=form.was, reason=form.reason)
        except InputError as error:
            return show(visit, problem=str(error))
        return RedirectResponse(visit.address("drivers/beliefs"), status_code=303)

    def show(visit: Visit, *, problem: str = "") -> HTMLResponse:
        project = visit.project
        declared = declared_factors(project.folder).beliefs
        return site.page(
            visit,
            "drivers/beliefs.html",
            shown_tabs=TABS["drivers"],
            beliefs=declared,
            ranks={b.factor: (n, b.believed_class.value) for n, b in _numbered(declared)},
            factors=_factors(visit),
            classes=[each.value for each in CLASSES],
            was_measured=bool(drivers(project.presented().material.evidence)),
            blocks=project.presented().blocks.get("factor_beliefs", ()),
            was=project.files.read(BELIEFS).sha256,
            changes=project.files.history(path=BELIEFS, rows=20),
            problem=problem,
        )


def _initiative_pages(pages: Pages, site: Site) -> None:
    @pages.get("/drivers/initiatives", needs=Right.SEE_FIGURES)
    def initiatives(visit: AVisit) -> HTMLResponse:
        return show(visit)

    @pages.post("/drivers/initiatives", needs=Right.DECIDE)
    def add(visit: AVisit, form: Annotated[NewInitiative, Form()]) -> Response:
        declared = _initiative(form, 10 ** decimals_of(visit.project.currency))

        def edit(document: TOMLDocument) -> None:
            document.setdefault("initiative", tomlkit.aot()).append(_tables([declared])[0])

        try:
            _write(visit, INITIATIVES, edit, was=form.was, reason=form.reason)
        except InputError as error:
            return show(visit, problem=str(error), typed=form.model_dump())
        return RedirectResponse(visit.address("drivers/initiatives"), status_code=303)

    def show(
        visit: Visit, *, problem: str = "", typed: dict[str, Any] | None = None
    ) -> HTMLResponse:
        project = visit.project
        return site.page(
            visit,
            "drivers/initiatives.html",
            shown_tabs=TABS["drivers"],
            initiatives=declared_factors(project.folder).initiatives.initiative,
            factors=_factors(visit),
            works=WORKS,
            answers=ANSWERS,
            currency=project.currency,
            words=project.presented().words,
            blocks=project.presented().blocks.get("initiatives", ()),
            was=project.files.read(INITIATIVES).sha256,
            changes=project.files.history(path=INITIATIVES, rows=20),
            problem=problem,
            typed=typed or {},
        )


def ranked_beliefs(
    factors: Sequence[str], ranks: Sequence[str], kinds: Sequence[str]
) -> list[dict[str, Any]]:
    """Return beliefs in the order of their ranks; factors without a rank are left out.

    Raises:
        InputError: Nothing is ranked, a rank is no number, or two factors share one.
    """
    rows = [
        (rank.strip(), factor, kind)
        for factor, rank, kind in zip(factors, ranks, kinds, strict=False)
        if rank.strip()
    ]
    if not rows:
        raise InputError("Rank at least one factor: 1 is the one that you believe matters most.")
    if wrong := next((rank for rank, _, _ in rows if not rank.isdecimal()), ""):
        raise InputError(f"{wrong!r} is no rank: write 1, 2, 3 and so on.")
    if len({int(rank) for rank, _, _ in rows}) < len(rows):
        raise InputError("Two factors have the same rank.")
    ordered = sorted(rows, key=lambda row: int(row[0]))
    return [{"factor": factor, "class": kind} for _, factor, kind in ordered]


def _initiative(form: NewInitiative, unit: int) -> dict[str, Any]:
    """Return an initiative as its file has it: money in minor units, improvement as a share."""
    declared = {
        **{n: getattr(form, n).strip() for n in ("name", "factor", "work", "answer", "owner")},
        "cost": None if form.cost is None else round(unit * form.cost),
        "hours": form.hours,
        "improves": None if form.improves is None else round(form.improves / 100, 4),
        "begins_on": form.begins_on,
        "done_on": form.done_on,
    }
    return {name: value for name, value in declared.items() if value is not None}


def _tables(rows: Sequence[dict[str, Any]]) -> Any:  # noqa: ANN401  tomlkit's array of tables
    tables = tomlkit.aot()
    for row in rows:
        tables.append(tomlkit.item(row))
    return tables


def _write(visit: Visit, path: str, edit: Any, *, was: str, reason: str) -> None:  # noqa: ANN401
    if not reason.strip():
        raise InputError("Say why.")
    visit.project.files.edit(
        path, edit, was=was, by=visit.by, reason=reason.strip(), email=visit.email
    )


def _factors(visit: Visit) -> list[str]:
    """Factors that are declared; where none is, those that customers spoke of."""
    declared = declared_factors(visit.project.folder).settings.factor
    measured = [row.factor for row in drivers(visit.project.presented().material.evidence)]
    return sorted(declared or measured)


def _numbered(beliefs: Any) -> list[tuple[int, Any]]:  # noqa: ANN401
    return list(enumerate(beliefs.belief, start=1)) if beliefs else []
