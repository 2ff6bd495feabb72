"""Stores to test on: SQLite as projects have it, and a PostgreSQL server where there is one."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import JSON, Column, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite

import outsidein.alerts.model
import outsidein.cases.model  # noqa: F401  their tables are made
from outsidein.cases.notices import Edges
from outsidein.store.engine import open_store
from outsidein.store.model import Base

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


EDGES = Edges(post, record)


def posted(store):
    """Keys of what was posted, in order."""
    with store.begin() as connection:
        return sorted(connection.execute(select(OUTBOX.c.key)).scalars())


def notices(store):
    """What was posted, by key."""
    with store.begin() as connection:
        return {row.key: row._mapping for row in connection.execute(select(OUTBOX))}


@pytest.fixture(scope="session")
def postgres_address():
    """A PostgreSQL server of the test run's own, reached through a socket."""
    initdb, server = shutil.which("initdb"), shutil.which("pg_ctl")
    if not initdb or not server:
        pytest.skip("needs a PostgreSQL server, whose initdb and pg_ctl are not here")
    owner = {"user": "postgres"} if os.getuid() == 0 else {}
    room = Path(tempfile.mkdtemp(prefix="cases-"))
    if owner:
        shutil.chown(room, "postgres")
    quiet = {"stdout": subprocess.DEVNULL, "cwd": room, **owner}
    folder, log = room / "data", room / "log"
    subprocess.run(
        [initdb, "-D", folder, "-U", "postgres", "-A", "trust", "--no-sync"], check=True, **quiet
    )
    options = f"-k {room} -c listen_addresses='' -c fsync=off"
    subprocess.run(
        [server, "-D", folder, "-l", log, "-o", options, "-w", "start"], check=True, **quiet
    )
    yield f"postgresql+psycopg://postgres@/postgres?host={room}"
    subprocess.run([server, "-D", folder, "-m", "immediate", "stop"], check=True, **quiet)
    shutil.rmtree(room)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """An empty store, on each database."""
    if request.param == "sqlite":
        engine = open_store(tmp_path / "store.db")
    else:
        engine = create_engine(request.getfixturevalue("postgres_address"))
        Base.metadata.drop_all(engine)
        WAYS_OUT.drop_all(engine)
        Base.metadata.create_all(engine)
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
