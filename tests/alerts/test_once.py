"""What fires, fires once: on each database, at the same moment, over crashes and merges."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from outsidein.alerts import firing
from outsidein.alerts.candidates import row_candidates
from outsidein.alerts.firing import FiringContext, candidate_rows, fire_rule
from outsidein.alerts.model import Alert
from outsidein.alerts.rule_progress import watermark
from outsidein.cases.events import inconsistent_cases
from outsidein.cases.lifecycle import CaseState
from outsidein.cases.model import Case
from outsidein.cases.notices import Outlets
from tests.alerts.conftest import LATE, at, cases, late, world
from tests.stores import AUDIT, EDGES, posted


def test_an_alert_its_case_its_notice_and_the_audit_come_together(run, store):
    assert run(late(1))["late"] == (1, 1, 0, 0, 0, 0)
    [case] = cases(store)
    assert (case.about, case.source, case.record_id) == ("c1", "shop", "r1")
    assert (case.value, case.priority, case.state) == (100, 300, CaseState.RECEIVED)
    assert posted(store) == [f"case:{case.number}:opened"]
    with Session(store) as session:
        [alert] = session.scalars(select(Alert)).all()
        [act] = session.execute(select(AUDIT)).all()
    assert (alert.key, alert.case_id) == ("r1-1", case.number)
    assert alert.facts["kind"] == "late"
    assert alert.facts["tier"] == "gold"
    assert (act.did, act.about) == ("case.opened", f"case:{case.number}")


def test_running_again_does_nothing_again(run, store):
    run(late(1, 2))
    told = posted(store)
    assert run(late(1, 2))["late"] == (0, 0, 0, 0, 0, 0)
    assert run(late(1, 2), build=2)["late"] == (0, 0, 0, 0, 0, 0)
    assert posted(store) == told
    assert [case.alerts for case in cases(store)] == [2]


def test_merges_and_unmerges_fire_nothing_twice(run, store):
    rows = late(1) + late(1, record="r2")
    run(rows, customers={"r1": "c1", "r2": "c2"})
    for build, whose in enumerate(("c1", "c2", "c9"), start=2):
        owner = {"r1": whose, "r2": "c1" if whose == "c9" else whose}
        assert run(rows, build=build, customers=owner)["late"] == (0, 0, 0, 0, 0, 0)
    assert len(cases(store)) == 2


class DiedError(BaseException):
    """What no code catches: the worker is gone."""


def test_a_run_that_dies_halfway_is_taken_up_where_it_stood(run, store, monkeypatch):
    """Batches of two, and the outbox fails in the third: four stand, the rest comes next time."""
    monkeypatch.setattr(firing, "AT_ONCE", 2)
    rows = [row for n in range(9) for row in late(n, record=f"r{n}")]
    calls = []

    def failing(session, notice):
        calls.append(notice)
        if len(calls) == 6:
            raise DiedError
        EDGES.post(session, notice)

    with pytest.raises(DiedError):
        run(rows, outlets=Outlets(failing, EDGES.record))
    assert len(cases(store)) == len(posted(store)) == 4
    assert run(rows)["late"] == (5, 5, 0, 0, 0, 0)
    assert len(cases(store)) == len(posted(store)) == 9
    with Session(store) as session:
        assert inconsistent_cases(session) == []


def test_runs_at_the_same_moment_fire_once(store, teams, playbooks):
    encounters = [row for n in range(40) for row in late(1, 2, record=f"r{n}")]
    tables = world(encounters=encounters)
    # Fetched once: what runs at the same moment here are the writers, not three engines.
    rows = candidate_rows(row_candidates(tables, "late", LATE).mutate(is_old=False))
    loop = FiringContext(teams, playbooks, None, 1.0, 0, EDGES)
    batch = sessionmaker(store).begin
    with ThreadPoolExecutor(3) as pool:
        fired = list(
            pool.map(
                lambda _: fire_rule(batch, "late", LATE, rows, loop=loop, reached=9, now=at(300)),
                range(3),
            )
        )
    assert sum(found.alerts for found in fired) == 80
    assert sum(found.opened for found in fired) == 40
    with Session(store) as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 80
        assert session.scalar(select(func.count()).select_from(Case)) == 40
        assert inconsistent_cases(session) == []
    assert len(posted(store)) == 40


def test_a_watermark_moves_on_and_never_back(store, teams, playbooks):
    loop, batch = FiringContext(teams, playbooks, None, 1.0, 0, EDGES), sessionmaker(store).begin
    for reached, expected in ((7, 7), (9, 9), (3, 9)):
        fire_rule(batch, "late", LATE, [], loop=loop, reached=reached, now=at(300))
        with batch() as session:
            assert watermark(session, "late") == expected
