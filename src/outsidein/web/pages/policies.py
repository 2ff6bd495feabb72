"""What was decided about each tier, by whom and why; a manager decides here."""

from collections.abc import Sequence
from typing import Any

import tomlkit
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from tomlkit import TOMLDocument

from outsidein.access.rights import Right
from outsidein.errors import InputError
from outsidein.project.declarations import PROJECT_FILE
from outsidein.value.declaration import DECISIONS, Tier
from outsidein.web.pages.subjects import TABS
from outsidein.web.site import AVisit, Pages, Site, Visit, Words

PATH = "value/policies"


def policy_pages(site: Site) -> APIRouter:
    """Return the page on policies, and the form with which one is decided."""
    pages = Pages(site)

    @pages.get(f"/{PATH}", needs=Right.SEE_FIGURES)
    def policies(visit: AVisit) -> HTMLResponse:
        return _page(visit)

    @pages.post(f"/{PATH}", needs=Right.DECIDE)
    def decide(
        visit: AVisit,
        was: Words,
        tier: Words = "",
        decision: Words = "",
        reason: Words = "",
    ) -> Response:
        policy = {
            "decision": decision,
            "by": visit.by,
            "on": site.now().date(),
            "reason": reason.strip(),
        }
        tiers = visit.project.workspace.file.tier

        def edit(document: TOMLDocument) -> None:
            _decide(document, tier, policy, tiers)

        try:
            visit.project.files.edit(
                PROJECT_FILE, edit, was=was, by=visit.by, reason=f"{tier}: {decision}. {reason}",
                email=visit.person.email if visit.person else "",
            )  # fmt: skip
        except InputError as error:
            return _page(visit, problem=str(error), typed={"tier": tier, "reason": reason})
        return RedirectResponse(visit.address(PATH), status_code=303)

    def _page(
        visit: Visit, *, problem: str = "", typed: dict[str, str] | None = None
    ) -> HTMLResponse:
        file = visit.project.files.read(PROJECT_FILE)
        return site.page(
            visit,
            "value/policies.html",
            shown_tabs=TABS["value"],
            tiers=visit.project.workspace.file.tier,
            blocks=[b for b in visit.project.presented().blocks.get("tiers", ()) if b.drawing],
            decisions=DECISIONS,
            changes=visit.project.files.history(path=PROJECT_FILE, rows=20),
            was=file.sha256,
            problem=problem,
            typed=typed or {},
        )

    return pages.router


def _decide(
    document: TOMLDocument, name: str, policy: dict[str, Any], tiers: Sequence[Tier]
) -> None:
    """Write a policy into the file; tiers that it does not declare are written out first."""
    if "tier" not in document:
        written = tomlkit.aot()
        for tier in tiers:
            written.append(tomlkit.item(tier.model_dump(exclude_defaults=True, mode="python")))
        document["tier"] = written
    for table in document["tier"]:
        if table["name"] == name:
            value = tomlkit.inline_table()
            value.update(policy)
            table["policy"] = value
            return
    raise InputError(f"There is no tier {name!r} in {PROJECT_FILE}.")
