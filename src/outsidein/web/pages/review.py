"""Review: uncertain merges side by side, to accept, reject or postpone."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from outsidein.access.rights import Right
from outsidein.identity.records.pairs import PAIR, Pair, RecordKey, pair
from outsidein.identity.review.decisions import DecisionKind
from outsidein.present.wording import Wording
from outsidein.web.site import AVisit, Pages, Site, Visit, Words

POSTPONED_DAYS = 30
MASKED = "\N{BULLET}\N{BULLET}\N{BULLET}"

Choice = Annotated[DecisionKind, Form()]
Key = Annotated[str, Form(max_length=1_000)]


def sent_pair(source: Key, record_id: Key, to_source: Key, to_record_id: Key) -> Pair:
    """Return the pair of records that a form is about."""
    return pair((source, record_id), (to_source, to_record_id))


SentPair = Annotated[Pair, Depends(sent_pair)]


def review_pages(site: Site) -> APIRouter:
    """Return the review of uncertain merges."""
    pages = Pages(site)

    @pages.get("/customers/review", needs=Right.REVIEW_IDENTITY)
    def review(visit: AVisit, at: int = 0) -> HTMLResponse:
        queue = visit.project.identity.review()
        rows = queue.rows.to_pylist()
        place = min(max(at, 0), max(len(rows) - 1, 0))
        personal = visit.may(Right.SEE_CONTACT_DATA)
        return site.page(
            visit,
            "customers/review.html",
            queue=queue,
            rows=rows,
            at=place,
            row=rows[place] if rows else None,
            beside=_side_by_side(visit, rows[place], personal=personal) if rows else None,
            personal=personal,
            days=POSTPONED_DAYS,
            words=Wording(visit.project.currency),
        )

    @pages.get("/customers/review/precision", needs=Right.REVIEW_IDENTITY)
    def precision(visit: AVisit) -> HTMLResponse:
        sample = visit.project.identity.sample()
        right = None if len(sample.to_judge) or not sample.links else sample.precision().right
        verdicts = sample.drawn["is_right"].to_pylist()
        return site.page(
            visit,
            "customers/precision.html",
            sample=sample,
            judged=sum(verdict is not None for verdict in verdicts),
            right_ones=sum(verdict is True for verdict in verdicts),
            right=right,
        )

    @pages.post("/customers/review", needs=Right.REVIEW_IDENTITY)
    def decide(
        visit: AVisit,
        records: SentPair,
        choice: Choice,
        reason: Words = "",
        at: Annotated[int, Form()] = 0,
    ) -> RedirectResponse:
        _decide(visit, choice, records, reason)
        address = f"{visit.address('customers/review')}?at={max(at, 0)}"
        return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)

    return pages.router


def _decide(visit: Visit, choice: DecisionKind, records: Pair, reason: str) -> None:
    today = visit.project.workspace.clock().date()
    until_on = today + timedelta(days=POSTPONED_DAYS)
    visit.project.identity.decide(
        choice,
        records,
        reason=reason,
        until_on=until_on if choice is DecisionKind.POSTPONE else None,
        by=visit.by,
    )


def _side_by_side(visit: Visit, row: Mapping[str, Any], *, personal: bool) -> dict[str, Any]:
    """Fields of both records, and the evidence; values are masked for who may not see them."""
    keys = [row[name] for name in PAIR]
    records = Pair(RecordKey(*keys[:2]), RecordKey(*keys[2:]))
    beside = visit.project.identity.compare(records)
    fields = [
        {
            "name": field.name.removeprefix("trait_").replace("_", " "),
            "agrees": field.agrees,
            "values": [
                value if personal else masked(value) for value in (field.value, field.to_value)
            ],
        }
        for field in beside.fields
        if field.value is not None or field.to_value is not None
    ]
    evidence = [one if personal else {**one, "value": None, "by": None} for one in beside.evidence]
    return {"fields": fields, "evidence": evidence, "weights": beside.weights}


def masked(value: object) -> str | None:
    """Return the first letter of a value, enough to compare two; nothing of a missing one.

    Example:
        >>> masked("Anna").startswith("A"), masked(None)
        (True, None)
    """
    return None if value is None else f"{str(value)[:1]}{MASKED}"
