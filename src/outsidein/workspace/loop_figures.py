"""What the report says of cases, as the store has them now."""

from collections.abc import Mapping
from datetime import datetime

import ibis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.cases.capacity import day
from outsidein.cases.declaration import Team
from outsidein.cases.figures import cause_figure, load_figure, today_figure
from outsidein.cases.outcomes import cases_table, followed, playbook_counts, playbook_figure
from outsidein.figures.figure import Figure
from outsidein.lake.engine import connect, read_table
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.declared import Declared
from outsidein.workspace.alerts import as_of, follow_up


def loop_figures(
    store: Engine,
    teams: Mapping[str, Team],
    declared: Declared,
    snapshot: Snapshot,
    *,
    now: datetime,
) -> tuple[Figure, ...]:
    """Return what teams have to do today, what they did, and what came of it."""
    backend = connect(timezone=declared.timezone)
    with Session(store) as session:
        days = {name: day(session, name, team, now=now) for name, team in sorted(teams.items())}
        cases = cases_table(session, timezone=declared.timezone)
        load = load_figure(session, days, now=now)
    stays = followed(
        ibis.memtable(cases),
        read_table(backend, snapshot.table("memberships")),
        read_table(backend, snapshot.table("churn_spells")),
        within_days=follow_up(declared),
        as_of=as_of(snapshot),
    )
    found = playbook_figure(playbook_counts(stays), within_days=follow_up(declared))
    return today_figure(days, teams, now=now), load, found, cause_figure(cases)
