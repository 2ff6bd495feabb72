"""Figures of cases: today's work, the load of the teams, root causes."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import ibis
import pyarrow as pa
from sqlalchemy import case as case_
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outsidein.cases.capacity import Day
from outsidein.cases.declaration import Team
from outsidein.cases.model import Case
from outsidein.cases.queue import CaseRow
from outsidein.figures.figure import Estimate, Figure, Unit, counted

ONE_CASE = "one case, not an estimate"


def today_figure(days: Mapping[str, Day], teams: Mapping[str, Team], *, now: datetime) -> Figure:
    """List today's cases within capacity, by priority: single cases for those whose work they are.

    Args:
        days: Of the teams, by name.
        teams: As declared, by name.
        now: When (aware).
    """
    return Figure(
        "cases_today",
        "Today's cases, within capacity",
        "What each team has begun and then the dearest of the rest, as many as it takes on a "
        "working day. Priority: severity x value at first; value x hazard jump x chance of "
        "recovery - cost, once data carry it. Due in business hours of the team, by its clocks.",
        ("team", "case", "issue", "rule", "state", "owner", "due"),
        tuple(
            e
            for name, found in days.items()
            for case in found.cases
            for e in _case(name, teams[name], case, now)
        ),
    )


def _case(name: str, team: Team, case: CaseRow, now: datetime) -> Iterator[Estimate]:
    late = " (overdue)" if case.due_at < now else ""
    of: Mapping[str, str | int | float | None] = {
        "team": name,
        "case": case.number,
        "issue": case.issue,
        "rule": case.rule,
        "state": case.state.value,
        "owner": case.owner,
        "due": f"{team.local(case.due_at)}{late}",
    }
    if case.value is not None:
        yield Estimate(
            "value of the customer", Unit.MONEY, None, case.value, why=ONE_CASE, group=of
        )
    yield Estimate("priority", Unit.NUMBER, None, case.priority, why=ONE_CASE, group=of)


def load_figure(session: Session, days: Mapping[str, Day], *, now: datetime) -> Figure:
    """Count each team's cases: open, today, overdue, in the backlog, waiting, done today."""
    found = _counts(session, now)
    return Figure(
        "case_load",
        "The load of the teams",
        "Open cases by team. Backlog: complaints and disasters beyond today's capacity, which are "
        "never dropped and get a minimum response. Waiting: others beyond it.",
        ("team",),
        tuple(e for name, today in days.items() for e in _load(name, today, found.get(name))),
    )


def _counts(session: Session, now: datetime) -> dict[str, tuple[int, int, int]]:
    overdue = func.sum(case_((Case.due_at < now, 1), else_=0))
    query = (
        select(Case.team, func.count(), func.count(Case.about.distinct()), overdue)
        .where(Case.closed_at.is_(None))
        .group_by(Case.team)
    )
    return {row[0]: (row[1], row[2], int(row[3] or 0)) for row in session.execute(query)}


def _load(team: str, today: Day, found: tuple[int, int, int] | None) -> Iterator[Estimate]:
    opened, customers, overdue = found or (0, 0, 0)
    numbers = {
        "open cases": opened,
        "within today's capacity": len(today.cases),
        "overdue": overdue,
        "backlog of complaints and disasters": today.backlog,
        "waiting": today.waiting,
        "done today": today.done,
    }
    for measure, number in numbers.items():
        yield counted(measure, Unit.NUMBER, number, n=customers, group={"team": team})


def cause_figure(cases: pa.Table) -> Figure:
    """Count root causes by issue; a customer with several cases of one cause counts once."""
    table = ibis.memtable(cases)
    found = table.filter(table.cause.notnull())
    rows = found.group_by("issue", "cause").aggregate(
        cases=found.count(), customers=found.about.nunique()
    )
    listed = sorted(
        rows.to_pyarrow().to_pylist(), key=lambda r: (r["issue"], -r["cases"], r["cause"])
    )
    return Figure(
        "case_causes",
        "Root causes found",
        "Cases whose root cause somebody has written down, by issue.",
        ("issue", "cause"),
        tuple(
            counted(
                "cases",
                Unit.NUMBER,
                row["cases"],
                n=row["customers"],
                group={"issue": row["issue"], "cause": row["cause"]},
            )
            for row in listed
        ),
    )
