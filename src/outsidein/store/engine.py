"""Opening the store: SQLite or PostgreSQL, its schema brought up to date by Alembic."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from outsidein.errors import InputError

PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"),
    "recursive_triggers=ON",  # else INSERT OR REPLACE deletes behind the audit's trigger
    "temp_store=MEMORY",  # else each RETURNING makes a file
)

MIGRATIONS, VERSION = "migrations", "alembic_version"
"""Folder of the migrations, and the table in which Alembic keeps where a store stands."""

MIGRATING = 4_711_2005
"""Number of the lock that a process holds on PostgreSQL while it migrates."""


def open_store(at: Path | URL) -> Engine:
    """Open the store, made or migrated as needed; several processes may do so at once.

    Args:
        at: Path of a SQLite file, or the address of a database on SQLite or PostgreSQL.

    Raises:
        InputError: The file is not a database, the server does not let us in, its driver is not
            installed, or the store is of a newer version of this package.
    """
    url = URL.create("sqlite", database=str(at)) if isinstance(at, Path) else at
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)
    try:
        _upgrade(engine)
    except InputError:
        engine.dispose()
        raise
    return engine


def revision_of(connection: Connection) -> str | None:
    """Return which migration a store stands at; none before the first."""
    if not inspect(connection).has_table(VERSION):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION}"))
    return found


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Run the migrations up to `head`, or down to another one, in the transaction at hand."""
    from alembic import command  # noqa: PLC0415  loaded by who needs it
    from alembic.config import Config  # noqa: PLC0415  loaded by who needs it

    config = Config()
    config.set_main_option("script_location", str(files("outsidein.store") / MIGRATIONS))
    config.attributes["connection"] = connection
    run = command.upgrade if to == "head" else command.downgrade
    run(config, to)


def begin_alone(connection: Connection, *, lock: int = MIGRATING) -> None:
    """Begin a transaction in which nobody else writes (SQLite) or migrates (PostgreSQL)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins none before a CREATE
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and _first_bytes(path) not in (b"", b"SQLite"):
        raise InputError(f"{path} is not a store of this package. Move it away to begin anew.")
    engine = create_engine(url)
    event.listen(engine, "connect", _durable)
    return engine


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(6)


def _durable(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgres(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise InputError(
            f"A store lies on SQLite or PostgreSQL, not on {url.get_backend_name()!r}."
        )
    options = f"{url.query.get('options', '')} -c timezone=UTC".strip()
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"options": options},
            pool_pre_ping=True,  # a server that restarted is met by a new connection
        )
    except ModuleNotFoundError as error:
        raise InputError(
            "A store on PostgreSQL needs its driver: pip install 'outsidein[postgres]'."
        ) from error


def _upgrade(engine: Engine) -> None:
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise InputError(_refusal(engine.url, error)) from error
    with connection:
        if _is_current(engine.url, revision_of(connection)):
            return
        connection.rollback()
        begin_alone(connection)
        migrate(connection)
        connection.commit()


def _is_current(url: URL, revision: str | None) -> bool:
    known = _revisions()
    if revision is not None and revision not in known:
        raise InputError(
            f"The store at {shown(url)} is of a newer version of this package ({revision}). "
            "Install that one, or restore a backup made by this."
        )
    return revision is not None and revision == known[0]


@cache
def _revisions() -> tuple[str, ...]:
    """Known migrations, the newest first: each file's name begins with its number."""
    names = [path.name for path in (files("outsidein.store") / MIGRATIONS / "versions").iterdir()]
    numbers = [name.partition("_")[0] for name in names if name.endswith(".py")]
    return tuple(sorted((number for number in numbers if number), reverse=True))


def _refusal(url: URL, error: DBAPIError) -> str:
    said = " ".join(str(error.orig).split())
    return f"The store at {shown(url)} cannot be opened: {_without(said, url.password)}"


def shown(url: URL) -> str:
    """Name a store without login, password or options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"


def _without(line: str, secret: object) -> str:
    return line.replace(str(secret), "***") if secret else line
