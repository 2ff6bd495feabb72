"""Stores to test on: SQLite as projects have it, and a PostgreSQL server where there is one."""

import pytest
from sqlalchemy import JSON, Column, MetaData, String, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

import outsidein.alerts.model
import outsidein.cases.model  # noqa: F401  their tables are made
from outsidein.cases.notices import Outlets
from outsidein.store.store_engine import open_store

WAYS_OUT = MetaData()
OUTBOX = Table(
    "outbox_of_the_test",
    WAYS_OUT,
    Column("key", String, primary_key=True),
    *(Column(name, String) for name in ("kind", "to", "subject", "body", "about")),
)
AUDIT = Table(
    "audit_of_the_test",
    WAYS_OUT,
    *(Column(name, String) for name in ("who", "did", "about")),
    Column("details", JSON),
)


def post(session, notice):
    """Write a notice in the caller's transaction, once by key."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {name: getattr(notice, name) for name in OUTBOX.c.keys()}  # noqa: SIM118  its keys
    session.execute(dialect.insert(OUTBOX).values(row).on_conflict_do_nothing())


def record(session, *, who, did, about, at, details):  # noqa: ARG001  the day stands in the case
    """Write an act in the caller's transaction."""
    row = {"who": who, "did": did, "about": about, "details": details}
    session.execute(insert(AUDIT).values(row))


EDGES = Outlets(post, record)


def failing_at(about, kind):
    """Ways out with a bug at one kind of notice about one thing; its message quotes the reader."""

    def post_or_fail(session, notice):
        post(session, notice)
        if (notice.about, notice.kind) == (about, kind):
            raise KeyError(notice.to)

    return Outlets(post_or_fail, record)


def posted(store):
    """Keys of what was posted, in order."""
    with store.begin() as connection:
        return sorted(connection.execute(select(OUTBOX.c.key)).scalars())


def audited(store):
    """What was written into the audit."""
    with store.begin() as connection:
        return list(connection.execute(select(AUDIT)))


def notices(store):
    """What was posted, by key."""
    with store.begin() as connection:
        return {row.key: row._mapping for row in connection.execute(select(OUTBOX))}


@pytest.fixture
def store(store_at):
    """An empty store, on each database."""
    engine = open_store(store_at)
    WAYS_OUT.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def lite(tmp_path):
    """An empty SQLite store."""
    engine = open_store(tmp_path / "store.db")
    WAYS_OUT.create_all(engine)
    yield engine
    engine.dispose()
