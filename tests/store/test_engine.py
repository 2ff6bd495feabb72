import importlib
import pkgutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, make_url, text
from sqlalchemy.orm import Session

import outsidein
from outsidein.errors import InputError
from outsidein.lake.model import Build, Publication
from outsidein.store.model import Base
from outsidein.store.store_engine import begin_exclusive, migrate, open_store
from tests.delivery.processes import begin, open_only

NOW = datetime(2020, 1, 1, tzinfo=UTC)


def test_the_migrations_give_exactly_the_tables_that_the_models_declare(store):
    for module in pkgutil.walk_packages(outsidein.__path__, "outsidein."):
        if module.name.endswith(".model"):
            importlib.import_module(module.name)
    with store.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_the_migrations_can_be_taken_back_to_nothing_and_run_again(store):
    before = sorted(inspect(store).get_table_names())
    with store.connect() as connection:
        begin_exclusive(connection)
        migrate(connection, to="base")
        connection.commit()
        assert inspect(connection).get_table_names() == ["alembic_version"]
        begin_exclusive(connection)
        migrate(connection)
        connection.commit()
    assert sorted(inspect(store).get_table_names()) == before


def test_a_store_opens_again_with_what_it_held(store_at):
    for number in (1, 2):
        engine = open_store(store_at)
        with Session(engine) as session, session.begin():
            session.add(Build(number=number, manifest="x", started_at=NOW, finished_at=NOW))
        engine.dispose()
    engine = open_store(store_at)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT number FROM builds")).scalars().all() == [1, 2]
    engine.dispose()


def test_moments_come_back_in_utc_whatever_zone_they_were_given_in(store):
    tokyo = timezone(timedelta(hours=9))
    given = datetime(2020, 3, 29, 2, 30, 0, 123456, tzinfo=tokyo)
    with Session(store) as session, session.begin():
        session.add(Build(number=1, manifest="x", started_at=given, finished_at=NOW))
    with Session(store) as session:
        found = session.get_one(Build, 1).started_at
    assert found == given
    assert found.utcoffset() == timedelta(0)


def test_several_processes_may_open_a_store_that_is_not_made_yet(store_at):
    at = f"sqlite:///{store_at}" if isinstance(store_at, Path) else store_at.render_as_string()
    processes = [begin(open_only, at) for _ in range(4)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def test_a_migration_that_fails_leaves_the_store_as_it_was(store):
    with store.connect() as connection:
        begin_exclusive(connection)
        migrate(connection, to="base")
        connection.rollback()
    assert "audit" in inspect(store).get_table_names()


def test_a_store_of_a_newer_version_is_left_alone(store_at):
    engine = open_store(store_at)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(InputError, match=r"belongs to a newer version of this package \(9999\)"):
        open_store(store_at)


def test_writes_are_durable_and_readers_do_not_wait(tmp_path):
    with open_store(tmp_path / "store.db").connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "store.db"
    path.write_text("holiday plans")
    with pytest.raises(InputError, match=r"is not a store of this package\. Move it away"):
        open_store(path)
    assert path.read_text() == "holiday plans"


def test_a_server_that_does_not_answer_is_named_without_its_password():
    at = make_url("postgresql://shop:hunter2@127.0.0.1:1/shop")
    with pytest.raises(
        InputError, match=r"The store at postgresql://127\.0\.0\.1:1/shop cannot be"
    ) as e:
        open_store(at)
    assert "hunter2" not in str(e.value)


def test_a_store_on_another_database_is_refused():
    with pytest.raises(InputError, match="needs SQLite or PostgreSQL, not 'mysql'"):
        open_store(make_url("mysql://shop@db/shop"))


def test_a_server_that_restarted_is_met_by_a_new_connection(postgres):
    engine = open_store(postgres.empty())
    with Session(engine) as session, session.begin():
        session.add(Build(number=1, manifest="x", started_at=NOW, finished_at=NOW))
    for _ in range(2):
        with Session(engine) as session, session.begin():
            session.add(Publication(build_number=1, published_at=NOW, reason="build"))
        postgres.restart()
    engine.dispose()
