"""What the report says of cases, as the store has them now."""

from collections.abc import Mapping
from datetime import date, datetime

import ibis
from sqlalchemy.orm import Session

from outsidein.cases.capacity import team_day
from outsidein.cases.declaration import Team
from outsidein.cases.outcomes import case_outcomes, cases_table, playbook_counts, playbook_figure
from outsidein.cases.workload import cause_figure, load_figure, today_figure
from outsidein.figures.figure import Figure
from outsidein.lake.snapshot_reading import Reading


def loop_figures(
    session: Session,
    reading: Reading,
    teams: Mapping[str, Team],
    *,
    timezone: str,
    within_days: int,
    as_of: date,
    now: datetime,
) -> tuple[Figure, ...]:
    """Return what teams have to do today, what they did, and what came of it.

    Args:
        session: A transaction on the store.
        reading: The current snapshot.
        teams: As declared, by name.
        timezone: Of the project.
        within_days: Days after a case in which a churn counts.
        as_of: First day that the snapshot does not know.
        now: When (aware).
    """
    days = {name: team_day(session, name, team, now=now) for name, team in sorted(teams.items())}
    cases = cases_table(session, timezone=timezone)
    load = load_figure(session, days, now=now)
    followed_cases = case_outcomes(
        ibis.memtable(cases),
        reading.table("memberships"),
        reading.table("churn_spells"),
        within_days=within_days,
        as_of=as_of,
    )
    outcomes = playbook_figure(playbook_counts(followed_cases), within_days=within_days)
    return today_figure(days, teams, now=now), load, outcomes, cause_figure(cases)
