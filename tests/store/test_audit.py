from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from outsidein.errors import InputError
from outsidein.store.audit import AuditedAct, audited_acts, record

NOW = datetime(2020, 1, 1, tzinfo=UTC)


def say(store, *, who="Ann", did="case.accepted", about="case:1", at=NOW, details=None):
    with Session(store) as session, session.begin():
        record(session, who=who, did=did, about=about, at=at, details=details)


def read(store, **asked):
    with Session(store) as session:
        return audited_acts(session, **asked)


def test_the_audit_tells_who_did_what_the_latest_first(store):
    say(store, details={"to": "Bob", "days": 2})
    say(store, who="Bob", did="case.closed", at=NOW + timedelta(hours=1))
    assert read(store) == [
        AuditedAct(2, NOW + timedelta(hours=1), "Bob", "case.closed", "case:1", {}),
        AuditedAct(1, NOW, "Ann", "case.accepted", "case:1", {"to": "Bob", "days": 2}),
    ]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"who": "Ann"}, [3, 1]),
        ({"about": "case:2"}, [2]),
        ({"since": NOW + timedelta(days=1)}, [3, 2]),
        ({"rows": 2}, [3, 2]),
        ({"rows": 2, "before": 2}, [1]),
    ],
    ids=str,
)
def test_entries_are_found_by_person_thing_and_time_and_read_page_by_page(store, asked, numbers):
    say(store)
    say(store, who="Bob", about="case:2", at=NOW + timedelta(days=1))
    say(store, about="case:3", at=NOW + timedelta(days=2))
    assert [act.number for act in read(store, **asked)] == numbers


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'Eve'",
        "UPDATE audit SET who = 'Eve' WHERE id = 1",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT id, at, 'Eve', did, about, details FROM audit",
        "TRUNCATE audit",
    ],
)
def test_neither_database_lets_an_entry_be_changed_or_deleted(store, change):
    only = {"INSERT": "sqlite", "TRUNCA": "postgresql"}.get(change[:6])
    if only and store.dialect.name != only:
        pytest.skip(f"{change[:8]} is of {only}")
    say(store)
    with pytest.raises(DBAPIError, match="the audit is append-only"), store.begin() as connection:
        connection.execute(text(change))
    assert [act.who for act in read(store)] == ["Ann"]


def test_what_is_rolled_back_leaves_no_entry(store):
    with Session(store) as session:
        record(session, who="Ann", did="case.accepted", about="case:1", at=NOW)
        session.rollback()
    assert read(store) == []


@pytest.mark.parametrize("wrong", [{"who": " "}, {"did": ""}, {"at": datetime(2020, 1, 1)}])  # noqa: DTZ001
def test_an_entry_names_somebody_an_act_and_a_moment_with_its_zone(store, wrong):
    with pytest.raises(InputError, match="The audit needs"):
        say(store, **wrong)
