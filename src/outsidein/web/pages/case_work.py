"""One case: who the customer is, what they said, what to do, and what was done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from outsidein.access.rights import Right
from outsidein.alerts.case_context import CaseCustomer
from outsidein.alerts.case_file import CaseFile, FiredAlert
from outsidein.cases.conclusions import VERDICTS
from outsidein.cases.events import EventRow
from outsidein.cases.lifecycle import SYSTEM, CaseState, EventKind
from outsidein.cases.ticks import IS_DONE, STEP, playbook_steps
from outsidein.errors import InputError, NothingBuilt
from outsidein.present.alert_facts import exact_money, facts_in_words
from outsidein.text.masking import masked_text
from outsidein.web.pages.case_acts import CaseAct, CaseForm, do
from outsidein.web.pages.case_rights import MOST, cases_of, check_team, member_of, visible_teams
from outsidein.web.site import AVisit, Pages, Site, Visit

Number = Annotated[int, Path(ge=1, le=MOST)]

HISTORY = {
    EventKind.RECEIVE: "Opened",
    EventKind.ACKNOWLEDGE: "Acknowledged",
    EventKind.ASSESS: "Assessed",
    EventKind.INVESTIGATE: "Investigated",
    EventKind.RESPOND: "Responded",
    EventKind.COMMUNICATE: "Decision communicated",
    EventKind.CLOSE: "Closed",
    EventKind.REOPEN: "Reopened",
    EventKind.LAPSE: "Lapsed beyond capacity",
    EventKind.HOLD_OUT: "Left alone by chance",
    EventKind.ASSIGN: "Assigned",
    EventKind.HAND_OVER: "Handed over",
    EventKind.ESCALATE: "Escalated",
    EventKind.LEAVE_UNANSWERED: "Left unanswered",
    EventKind.JOIN: "Further alert",
    EventKind.CAUSE: "Root cause recorded",
    EventKind.VERDICT: "Customer's verdict",
    EventKind.LINK: "Linked with another case of the customer",
    EventKind.PART: "No longer linked",
    EventKind.SNOOZE: "Snoozed",
    EventKind.WAKE: "Back in the queue",
    EventKind.NOTE: "Note",
}
"""Events as the history words them."""

CHANNELS = {"phone": "Call", "email": "Mail"}
"""Notes about a contact with the customer, by its channel."""

STEP_BUTTONS = {
    EventKind.ACKNOWLEDGE: "Acknowledge",
    EventKind.ASSESS: "Assessed",
    EventKind.INVESTIGATE: "Investigated",
    EventKind.RESPOND: "Respond",
    EventKind.COMMUNICATE: "Decision communicated",
    EventKind.REOPEN: "Reopen",
}
"""Buttons of the steps."""


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert of a case in words, with what the customer wrote."""

    rule: str
    happened: str
    facts: str
    promise: str
    words: str
    source_of_words: str


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event of a case in words."""

    at: datetime
    by: str
    what: str
    details: str
    note: str


def case_work_pages(site: Site) -> APIRouter:
    """Return the page of a case, and the form behind all its buttons."""
    pages = Pages(site)

    @pages.get("/cases/{number}", needs=Right.WORK_OWN_CASES)
    def case_page(visit: AVisit, number: Number) -> HTMLResponse:
        return _page(site, visit, _visible(visit, number))

    @pages.post("/cases/{number}", needs=Right.WORK_OWN_CASES)
    def press(visit: AVisit, number: Number, form: Annotated[CaseForm, Form()]) -> Response:
        file = _visible(visit, number)
        try:
            do(CaseAct(cases_of(visit), number, form, member_of(visit, file.case.team)))
        except InputError as error:
            return _page(site, visit, _visible(visit, number), form=form, problem=str(error))
        return RedirectResponse(_next_address(visit, number, form), HTTPStatus.SEE_OTHER)

    return pages.router


def _visible(visit: Visit, number: int) -> CaseFile:
    """Return a case that a visitor may see."""
    file = visit.project.cases.show(number)
    check_team(visit, file.case.team)
    return file


def _next_address(visit: Visit, number: int, form: CaseForm) -> str:
    """Return the case, or the queue where the case is now with a team that is not the visitor's."""
    teams = visible_teams(visit)
    if teams is not None and visit.project.cases.show(number).case.team not in teams:
        return f"{visit.address('cases')}?moved=1"
    place = "#playbook" if form.act in {"tick", "untick"} else ""
    return f"{visit.address(f'cases/{number}')}{place}"


def _page(
    site: Site, visit: Visit, file: CaseFile, *, form: CaseForm | None = None, problem: str = ""
) -> HTMLResponse:
    by, cases, case = member_of(visit, file.case.team), cases_of(visit), file.case
    is_masked = not visit.may(Right.SEE_CONTACT_DATA)
    customer = _customer(visit, file, is_masked=is_masked)
    shown = masked_text if is_masked else str
    steps = cases.possible_steps(case, by=by)
    answer = site.page(
        visit,
        "cases/case.html",
        file=file,
        case=case,
        customer=customer,
        is_masked=is_masked,
        history=_bought(customer, visit.project.currency),
        value="" if case.value is None else exact_money(case.value, visit.project.currency),
        due=_local(file, case.due_at),
        is_overdue=case.closed_at is None and case.due_at < site.now(),
        alerts=[_alert(alert, customer, visit.project.currency, shown) for alert in file.alerts],
        steps=playbook_steps(file.playbook.steps if file.playbook else (), file.events),
        events=[_event(event, shown, file) for event in reversed(file.events)],
        buttons={kind.value: STEP_BUTTONS[kind] for kind in steps},
        verdicts=VERDICTS,
        may_verdict=case.state in {CaseState.COMMUNICATED, CaseState.CLOSED},
        by=by,
        snoozed=_snoozed(file, site.now()),
        tomorrow=_tomorrow(file, site.now()),
        is_accepted=case.owner == by and case.begun_at is not None,
        form=form or CaseForm(),
        blank=CaseForm(),
        problem=problem,
        local=lambda moment: _local(file, moment),
    )
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return answer


def _snoozed(file: CaseFile, now: datetime) -> str:
    """Return until when a case is snoozed, in words; empty where it is not."""
    until = file.case.snoozed_until
    return _local(file, until) if until is not None and until > now else ""


def _tomorrow(file: CaseFile, now: datetime) -> str:
    """Return nine o'clock of the next day on the clocks of the team, as a field holds it."""
    zone = ZoneInfo(file.team.timezone if file.team else "UTC")
    return f"{now.astimezone(zone) + timedelta(days=1):%Y-%m-%d}T09:00"


def _customer(visit: Visit, file: CaseFile, *, is_masked: bool) -> CaseCustomer:
    """Return the customer of a case; nothing about them where nothing was built."""
    try:
        return visit.project.cases.customer(file.case.number, is_masked=is_masked, by=visit.by)
    except NothingBuilt:
        return CaseCustomer()


def _bought(customer: CaseCustomer, currency: str) -> str:
    if customer.bought is None:
        return ""
    orders, revenue = customer.bought
    return f"{orders} order{'s' * (orders != 1)}, {exact_money(revenue, currency)}"


def _alert(
    alert: FiredAlert, customer: CaseCustomer, currency: str, shown: Callable[[str], str]
) -> ShownAlert:
    briefing = customer.briefing(alert)
    return ShownAlert(
        rule=alert.rule.replace("_", " "),
        happened=briefing.happened,
        facts=shown(facts_in_words(alert.facts, currency)),
        promise=briefing.promise,
        words=briefing.words,
        source_of_words=briefing.source_of_words,
    )


def _event(event: EventRow, shown: Callable[[str], str], file: CaseFile) -> ShownEvent:
    details = dict(event.details)
    if event.kind == EventKind.SNOOZE and "until" in details:
        details["until"] = f"until {_local(file, datetime.fromisoformat(details['until']))}"
    note = details.pop("note", "") or details.pop("reason", "")
    return ShownEvent(
        at=event.at,
        by="Outside-In" if event.by == SYSTEM else event.by,
        what=_what(event, details),
        details=shown(_details(details)),
        note=shown(note),
    )


def _what(event: EventRow, details: dict[str, Any]) -> str:
    if STEP in details:
        return "Step done" if details.pop(IS_DONE, False) else "Step not done"
    return CHANNELS.get(details.pop("channel", ""), HISTORY[event.kind])


def _details(details: Mapping[str, Any]) -> str:
    """Return what else is kept with an event, in words; its step, owner or cause stands alone."""
    if len(details) == 1:
        return str(*details.values())
    words: Sequence[str] = [
        f"{name.replace('_', ' ')} {value}" for name, value in details.items() if name != "is_kept"
    ]
    return "; ".join(words)


def _local(file: CaseFile, moment: datetime) -> str:
    """Word a moment as the clocks of the case's team show it."""
    return file.team.local(moment) if file.team else f"{moment:%Y-%m-%d %H:%M} UTC"
