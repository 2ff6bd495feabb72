"""The queue of cases: filtered, highest value at risk first, moved in bulk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import pyarrow as pa
from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from outsidein.access.rights import Right
from outsidein.cases.capacity import TeamDay
from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import CaseState
from outsidein.cases.queue import CaseFilter, CaseRow, read_cursor
from outsidein.errors import InputError
from outsidein.present.alert_facts import exact_money
from outsidein.present.money_scale import decimals_of
from outsidein.web.csv import csv_answer
from outsidein.web.pages.case_acts import CaseAct, CaseForm, do
from outsidein.web.pages.case_rights import MOST, cases_of, check_team, member_of, visible_teams
from outsidein.web.site import AVisit, Pages, Site, Visit

ROWS, CSV_ROWS = 50, 500
"""Cases on a page; read at once for a file."""

MOVES = {"assign", "hand_over"}
"""What can be done to several cases at once."""


class QueueFilter(BaseModel):
    """What the address of the queue says: which cases, from where on."""

    team: Annotated[str, Field(max_length=400)] = ""
    owner: Literal["", "mine"] = ""
    state: CaseState | Literal[""] = ""
    issue: Annotated[str, Field(max_length=400)] = ""
    q: Annotated[str, Field(max_length=200)] = ""
    since: Annotated[date | Literal[""], Field(alias="from")] = ""
    to: date | Literal[""] = ""
    segment: Annotated[str, Field(max_length=400)] = ""
    overdue: bool = False
    snoozed: bool = False
    after: Annotated[str, Field(max_length=40)] = ""

    def query(self, **changed: object) -> str:
        """Return the filters as the part of an address after the question mark."""
        values = self.model_dump(exclude_defaults=True, by_alias=True) | changed
        return urlencode({name: value for name, value in values.items() if value})


class MoveForm(CaseForm):
    """What is to be done to the cases that were ticked."""

    case: Annotated[tuple[Annotated[int, Field(ge=1, le=MOST)], ...], Field(max_length=ROWS)] = ()


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """What came of moving several cases.

    Attributes:
        done: How many moved (count).
        refused: Why others did not, by number.
        problem: Why nothing was tried.
    """

    done: int = 0
    refused: Mapping[int, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """One row of the queue in words."""

    case: CaseRow
    value: str
    priority: str
    due: str
    is_overdue: bool
    snoozed: str


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A team's day in words."""

    team: str
    day: TeamDay
    capacity: int
    risk: str


AFilter = Annotated[QueueFilter, Query()]


def case_queue_pages(site: Site) -> APIRouter:
    """Return the queue, its file, and the form that moves several cases."""
    pages = Pages(site)

    @pages.get("/cases", needs=Right.WORK_OWN_CASES)
    def queue(
        visit: AVisit, wanted: AFilter, moved: Annotated[int, Query(ge=0)] = 0
    ) -> HTMLResponse:
        return _queue(site, visit, wanted, moved=moved)

    @pages.get("/cases.csv", needs=Right.WORK_OWN_CASES)
    def queue_csv(visit: AVisit, wanted: AFilter) -> Response:
        return csv_answer(_table(visit, case_filter(visit, wanted, site.now())), "cases.csv")

    @pages.post("/cases", needs=Right.WORK_OWN_CASES)
    def move(visit: AVisit, wanted: AFilter, form: Annotated[MoveForm, Form()]) -> Response:
        outcome = move_cases(visit, form)
        if outcome.problem or outcome.refused:
            return _queue(site, visit, wanted, form=form, outcome=outcome)
        query = wanted.query(moved=outcome.done)
        return RedirectResponse(f"{visit.address('cases')}?{query}", HTTPStatus.SEE_OTHER)

    return pages.router


def case_filter(visit: Visit, wanted: QueueFilter, now: datetime) -> CaseFilter:
    """Return which cases a visitor asks for, among those they may see.

    Raises:
        HTTPException: They do not work for the team that they ask for.
    """
    if wanted.team:
        check_team(visit, wanted.team)
    return CaseFilter(
        team=wanted.team or None,
        teams=visible_teams(visit),
        owner=member_of(visit, wanted.team or None) if wanted.owner else None,
        state=wanted.state or None,
        issue=wanted.issue or None,
        text=wanted.q.strip(),
        opened_since=_begin(visit, wanted.since) if wanted.since else None,
        opened_before=_begin(visit, wanted.to + timedelta(days=1)) if wanted.to else None,
        due_before=now if wanted.overdue else None,
        awake_at=None if wanted.snoozed else now,
        snoozed_at=now if wanted.snoozed else None,
        is_open=wanted.state != CaseState.CLOSED,
    )


def _begin(visit: Visit, day: date) -> datetime:
    """Return when a day begins on the project's clocks."""
    return datetime.combine(day, time(0), visit.project.workspace.zone)


def move_cases(visit: Visit, form: MoveForm) -> MoveOutcome:
    """Assign or hand over each of the cases that were ticked, one act for each.

    Raises:
        HTTPException: One is of a team that they do not work for; none is moved.
    """
    if form.act not in MOVES:
        return MoveOutcome(problem="Choose whether to assign the cases or to hand them over.")
    if not form.case:
        return MoveOutcome(problem="Tick the cases to move first.")
    teams = {number: visit.project.cases.show(number).case.team for number in form.case}
    for team in teams.values():
        check_team(visit, team)
    refused = dict(_refusals(visit, form, teams))
    return MoveOutcome(len(teams) - len(refused), refused)


def _refusals(visit: Visit, form: MoveForm, teams: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    for number, team in teams.items():
        try:
            do(CaseAct(cases_of(visit), number, form, member_of(visit, team)))
        except InputError as error:
            yield number, str(error)


def _queue(
    site: Site,
    visit: Visit,
    wanted: QueueFilter,
    *,
    moved: int = 0,
    form: MoveForm | None = None,
    outcome: MoveOutcome | None = None,
) -> HTMLResponse:
    cases, now = visit.project.cases, site.now()
    page = cases.list(case_filter(visit, wanted, now), limit=ROWS, after=read_cursor(wanted.after))
    declared, teams = cases.teams(), _teams(visit)
    answer = site.page(
        visit,
        "cases/queue.html",
        wanted=wanted,
        rows=[_row(visit, case, declared, now) for case in page.cases],
        next=wanted.query(after=page.after) if page.after else None,
        first=wanted.query(after="") if wanted.after else None,
        csv=wanted.query(after=""),
        days=[_day(visit, name, team) for name, team in teams.items() if _is_shown(wanted, name)],
        teams=list(teams),
        has_teams=bool(declared),
        members=sorted({name for team in teams.values() for name in team.members}),
        other_teams=list(declared),
        states=list(CaseState),
        issues=_choices(cases.issues(), wanted.issue),
        me=member_of(visit, wanted.team or None),
        form=form or MoveForm(),
        outcome=outcome or MoveOutcome(done=moved),
    )
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if outcome else HTTPStatus.OK
    return answer


def _teams(visit: Visit) -> dict[str, Team]:
    """Return the declared teams whose cases a visitor sees."""
    visible = visible_teams(visit)
    declared = visit.project.cases.teams()
    return {name: team for name, team in declared.items() if visible is None or name in visible}


def _is_shown(wanted: QueueFilter, team: str) -> bool:
    return wanted.team in {"", team}


def _choices(declared: Sequence[str], chosen: str) -> list[str]:
    """Return what a filter offers; what is chosen stays, also where it is no longer declared."""
    return sorted({*declared, *([chosen] if chosen else [])})


def _day(visit: Visit, name: str, team: Team) -> ShownDay:
    day = visit.project.cases.day(name)
    return ShownDay(name, day, team.capacity, exact_money(day.risk, visit.project.currency))


def _row(visit: Visit, case: CaseRow, teams: Mapping[str, Team], now: datetime) -> QueuedCase:
    currency, team = visit.project.currency, teams.get(case.team)
    return QueuedCase(
        case=case,
        value="" if case.value is None else exact_money(case.value, currency),
        priority=exact_money(case.priority, currency),
        due=_local(team, case.due_at),
        is_overdue=case.closed_at is None and case.due_at < now,
        snoozed=_local(team, until) if (until := case.snoozed_until) and until > now else "",
    )


def _local(team: Team | None, moment: datetime) -> str:
    return team.local(moment) if team else f"{moment:%Y-%m-%d %H:%M} UTC"


def _table(visit: Visit, wanted: CaseFilter) -> pa.Table:
    """Return all cases that a filter selects, amounts in units of the currency.

    Keys of records may be addresses: they stay out for whoever may not see contact data.
    """
    units = 10 ** decimals_of(visit.project.currency)
    rows = [_record(case, units) for case in _all(visit, wanted)]
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    return table if visit.may(Right.SEE_CONTACT_DATA) else table.drop_columns(["record_id"])


def _all(visit: Visit, wanted: CaseFilter) -> Iterator[CaseRow]:
    after = None
    while True:
        page = visit.project.cases.list(wanted, limit=CSV_ROWS, after=after)
        yield from page.cases
        if page.after is None:
            return
        after = page.after


_TEXTS = ("team", "owner", "issue", "rule", "state", "source", "record_id", "cause", "verdict")
_MOMENTS = ("opened_at", "due_at", "snoozed_until", "closed_at")
_SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("priority", pa.float64()),
        ("value", pa.float64()),
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.timestamp("s", "UTC")) for name in _MOMENTS),
    ]
)


def _record(case: CaseRow, units: int) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _SCHEMA.names} | {
        "priority": case.priority / units,
        "value": None if case.value is None else case.value / units,
    }
