import sqlite3
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, insert, inspect, select, text
from sqlalchemy.orm import Session

from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.errors import InputError
from outsidein.identity.model import IdentityDecision
from outsidein.lake.model import Build, Publication
from outsidein.store import archive
from outsidein.store.archive import backup, restore
from outsidein.store.audit import record
from outsidein.store.model import Base
from outsidein.store.store_engine import begin_exclusive, migrate, open_store

NOW = datetime(2020, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request, tmp_path):
    """A second empty store on each of the two databases."""
    if request.param == "sqlite":
        at = tmp_path / "other.db"
    else:
        at = request.getfixturevalue("postgres").empty()
    engine = open_store(at)
    yield engine
    engine.dispose()


def fill(store, *, builds=3):
    """A row or more in every kind of column that there is."""
    with Session(store) as session, session.begin():
        for number in range(1, builds + 1):
            session.add(
                Build(
                    number=number, manifest="ü" * 64, started_at=NOW, finished_at=NOW,
                    is_pruned=number == 1,
                )
            )  # fmt: skip
        session.flush()
        session.add(Publication(build_number=builds, published_at=NOW, reason="it's \x1f\n'late'"))
        decision = {
            "kind": "postpone", "source": "crm", "record_id": "1", "to_source": "shop",
            "to_record_id": "2", "by": "Ann", "at": NOW, "reason": "?",
        }  # fmt: skip
        for day in (date(2020, 2, 1), None):
            session.execute(insert(IdentityDecision), [{**decision, "until_on": day}])
        record(session, who="Ann", did="case.closed", about="case:1", at=NOW, details={"a": [1]})
        post_delivery(
            session, OutgoingDelivery("k", "mail", "a@x.example", "s", "b", "case:1", NOW)
        )


def contents(store):
    tables = Base.metadata.sorted_tables
    with store.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in tables
            if inspect(connection).has_table(table.name)
        }


def test_what_was_backed_up_is_restored_to_the_last_byte_on_either_database(store, other, tmp_path):
    fill(store)
    rows = backup(store, tmp_path / "backup.db")
    assert rows["builds"] == 3
    assert sum(rows.values()) == 8
    assert restore(other, tmp_path / "backup.db", replace=False) == rows
    assert contents(other) == contents(store)


def test_numbers_go_on_after_the_highest_ever_given(store, other, tmp_path):
    fill(store)
    with store.begin() as connection:
        connection.execute(text("DELETE FROM identity_decisions WHERE id = 2"))
    backup(store, tmp_path / "backup.db")
    restore(other, tmp_path / "backup.db", replace=False)
    with Session(other) as session, session.begin():
        record(session, who="Bob", did="looked", about="case:1", at=NOW)
        session.add(Publication(build_number=1, published_at=NOW, reason="rollback"))
        columns = {c.name: "x" for c in IdentityDecision.__table__.c if c.name != "id"}
        row = IdentityDecision(**{**columns, "at": NOW, "until_on": None})
        session.add(row)
        session.flush()
        assert row.id == 3


def test_a_backup_is_one_moment_of_a_store_at_which_others_write(store, tmp_path, monkeypatch):
    """Another connection adds a build and its publication while the tables are read."""
    fill(store)
    copied = archive._copy_table

    def interrupted(source, table, target, into):
        rows = copied(source, table, target, into)
        if table.name == "builds":
            with Session(store) as session, session.begin():
                session.add(Build(number=9, manifest="x", started_at=NOW, finished_at=NOW))
                session.flush()
                session.add(Publication(build_number=9, published_at=NOW, reason="build"))
        return rows

    monkeypatch.setattr(archive, "_copy_table", interrupted)
    rows = backup(store, tmp_path / "backup.db")
    assert (rows["builds"], rows["publications"]) == (3, 1)


def test_a_store_that_holds_something_is_replaced_only_when_told_to(store, other, tmp_path):
    fill(store)
    fill(other, builds=5)
    backup(store, tmp_path / "backup.db")
    before = contents(other)
    with pytest.raises(InputError, match=r"already holds audit, builds, .*\. Use --replace"):
        restore(other, tmp_path / "backup.db", replace=False)
    assert contents(other) == before
    restore(other, tmp_path / "backup.db", replace=True)
    assert contents(other) == contents(store)
    with pytest.raises(Exception, match="the audit is append-only"), other.begin() as connection:
        connection.execute(text("DELETE FROM audit"))


def test_a_restore_that_fails_half_way_leaves_what_was_there(store, tmp_path):
    fill(store)
    backup(store, tmp_path / "backup.db")
    with sqlite3.connect(tmp_path / "backup.db") as damaged:
        damaged.execute("PRAGMA foreign_keys=OFF")
        damaged.execute("UPDATE publications SET build_number = 77")
    before = contents(store)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        restore(store, tmp_path / "backup.db", replace=True)
    assert contents(store) == before


def test_a_backup_never_writes_over_a_file_and_is_not_changed_by_restoring_it(store, tmp_path):
    fill(store)
    file = tmp_path / "backups" / "monday.db"
    backup(store, file)
    held = file.read_bytes()
    with pytest.raises(InputError, match="already exists"):
        backup(store, file)
    restore(store, file, replace=True)
    assert file.read_bytes() == held
    assert [path.name for path in file.parent.iterdir()] == ["monday.db"]


def test_what_is_no_backup_is_not_restored(store, tmp_path):
    with pytest.raises(InputError, match="There is no backup"):
        restore(store, tmp_path / "none.db", replace=True)


def test_what_is_no_whole_backup_throws_nothing_away(store, tmp_path):
    fill(store)
    held = contents(store)
    whole = tmp_path / "whole.db"
    backup(store, whole)
    with sqlite3.connect(tmp_path / "another.db") as another:
        another.execute("CREATE TABLE notes (text)")
    (tmp_path / "empty.db").touch()
    (tmp_path / "notes.db").write_text("holiday plans")
    (tmp_path / "half.db").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for name in ("another.db", "empty.db", "notes.db", "half.db"):
        with pytest.raises(InputError, match=f"{name} is not a complete backup"):
            restore(store, tmp_path / name, replace=True)
    assert contents(store) == held


def test_a_backup_of_an_older_version_is_brought_up_to_date(store, tmp_path):
    old = open_store(tmp_path / "old.db")
    fill(old)
    with old.connect() as connection:
        begin_exclusive(connection)
        migrate(connection, to="0002")
        connection.commit()
    old.dispose()
    rows = restore(store, tmp_path / "old.db", replace=False)
    assert (rows["identity_decisions"], rows["deliveries"]) == (2, 0)
    assert "deliveries" not in inspect(open_store_as_it_is(tmp_path / "old.db")).get_table_names()


def open_store_as_it_is(path):
    return create_engine(f"sqlite:///{path}")
