"""Today's work, the load of the teams, and the root causes of cases."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import case as case_
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outsidein.cases.capacity import TeamDay
from outsidein.cases.declaration import Team
from outsidein.cases.figures import (
    BACKLOG,
    CASE_CAUSES,
    CASE_LOAD,
    CASES,
    CASES_TODAY,
    CUSTOMER_VALUE,
    DONE_TODAY,
    OPEN_CASES,
    OVERDUE,
    PRIORITY,
    WAITING,
    WITHIN_CAPACITY,
)
from outsidein.cases.model import Case
from outsidein.cases.queue import CaseRow
from outsidein.figures.figure import Estimate, Figure

ONE_CASE = "one case, not an estimate"


def today_figure(
    days: Mapping[str, TeamDay], teams: Mapping[str, Team], *, now: datetime
) -> Figure:
    """List today's cases within capacity, by priority: single cases for those whose work they are.

    Args:
        days: Of the teams, by name.
        teams: As declared, by name.
        now: When (aware).
    """
    return CASES_TODAY.figure(
        e
        for name, day in days.items()
        for case in day.cases
        for e in _case(name, teams[name], case, now)
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
        yield CUSTOMER_VALUE.estimate(None, case.value, why=ONE_CASE, group=of)
    yield PRIORITY.estimate(None, case.priority, why=ONE_CASE, group=of)


def load_figure(session: Session, days: Mapping[str, TeamDay], *, now: datetime) -> Figure:
    """Count each team's cases: open, today, overdue, in the backlog, waiting, done today."""
    counts = _counts(session, now)
    return CASE_LOAD.figure(
        e for name, today in days.items() for e in _load(name, today, counts.get(name))
    )


def _counts(session: Session, now: datetime) -> dict[str, tuple[int, int, int]]:
    overdue = func.sum(case_((Case.due_at < now, 1), else_=0))
    query = (
        select(Case.team, func.count(), func.count(Case.about.distinct()), overdue)
        .where(Case.closed_at.is_(None))
        .group_by(Case.team)
    )
    return {row[0]: (row[1], row[2], int(row[3] or 0)) for row in session.execute(query)}


def _load(team: str, today: TeamDay, counts: tuple[int, int, int] | None) -> Iterator[Estimate]:
    opened, customers, overdue = counts or (0, 0, 0)
    numbers = {
        OPEN_CASES: opened,
        WITHIN_CAPACITY: len(today.cases),
        OVERDUE: overdue,
        BACKLOG: today.backlog,
        WAITING: today.waiting,
        DONE_TODAY: today.done,
    }
    for measure, number in numbers.items():
        yield measure.counted(number, n=customers, group={"team": team})


def cause_figure(cases: pa.Table) -> Figure:
    """Count root causes by issue; a customer with several cases of one cause counts once."""
    with_cause = cases.filter(pc.is_valid(cases["cause"]))
    counts = with_cause.group_by(["issue", "cause"]).aggregate(
        [([], "count_all"), ("about", "count_distinct")]
    )
    rows = counts.rename_columns({"count_all": "cases", "about_count_distinct": "customers"})
    listed = sorted(rows.to_pylist(), key=lambda r: (r["issue"], -r["cases"], r["cause"]))
    return CASE_CAUSES.figure(_causes(listed))


def _causes(rows: Iterable[dict[str, Any]]) -> Iterator[Estimate]:
    for row in rows:
        group = {"issue": row["issue"], "cause": row["cause"]}
        yield CASES.counted(row["cases"], n=row["customers"], group=group)
