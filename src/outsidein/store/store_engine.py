"""Opening the store: SQLite or PostgreSQL, its schema brought up to date by Alembic."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from outsidein.errors import InputError
from outsidein.project.private_files import FILE_MODE

PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"),
    "recursive_triggers=ON",  # else INSERT OR REPLACE bypasses the audit's delete trigger
    "temp_store=MEMORY",  # else each RETURNING writes a temporary file
)

MIGRATIONS, VERSION = "migrations", "alembic_version"
"""Folder of the migrations, and the table in which Alembic keeps a store's revision."""

MIGRATING = 4_711_2005
"""Number of PostgreSQL's advisory lock for migrations."""


def open_store(at: Path | URL) -> Engine:
    """Open the store, creating or migrating it as needed; safe for concurrent processes.

    Args:
        at: Path of a SQLite file, or the address of a database on SQLite or PostgreSQL.

    Raises:
        InputError: The file is not a database, the server refuses the connection, its driver is
            not installed, or the store belongs to a newer version of this package.
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
    """Return a store's revision, or None before the first migration."""
    if not inspect(connection).has_table(VERSION):
        return None
    revision: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION}"))
    return revision


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Migrate up to `head`, or down to another revision, in the current transaction."""
    from alembic import command  # noqa: PLC0415  lazy import
    from alembic.config import Config  # noqa: PLC0415  lazy import

    config = Config()
    config.set_main_option("script_location", str(files("outsidein.store") / MIGRATIONS))
    config.attributes["connection"] = connection
    run = command.upgrade if to == "head" else command.downgrade
    run(config, to)


def begin_exclusive(connection: Connection, *, lock: int = MIGRATING) -> None:
    """Begin a transaction that excludes other writers (SQLite) or migrations (PostgreSQL)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver opens none before a CREATE
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and _first_bytes(path) not in (b"", b"SQLite"):
        raise InputError(
            f"{path} is not a store of this package. Move it away to create a new one."
        )
    path.touch(mode=FILE_MODE)
    engine = create_engine(url)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(6)


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgres(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise InputError(f"A store needs SQLite or PostgreSQL, not {url.get_backend_name()!r}.")
    options = f"{url.query.get('options', '')} -c timezone=UTC".strip()
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"options": options},
            pool_pre_ping=True,  # reconnects after a restart of the server
        )
    except ModuleNotFoundError as error:
        raise InputError(
            "A store on PostgreSQL needs its driver: pip install 'outsidein[postgres]'."
        ) from error


def _upgrade(engine: Engine) -> None:
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise InputError(_connection_problem(engine.url, error)) from error
    with connection:
        if _is_current(engine.url, revision_of(connection)):
            return
        connection.rollback()
        begin_exclusive(connection)
        migrate(connection)
        connection.commit()


def _is_current(url: URL, revision: str | None) -> bool:
    revisions = _revisions()
    if revision is not None and revision not in revisions:
        raise InputError(
            f"The store at {redacted_url(url)} belongs to a newer version of this package "
            f"({revision}). "
            "Install that version, or restore a backup made by this one."
        )
    return revision is not None and revision == revisions[0]


@cache
def _revisions() -> tuple[str, ...]:
    """Revisions of the migration files, newest first; each file name begins with one."""
    names = [path.name for path in (files("outsidein.store") / MIGRATIONS / "versions").iterdir()]
    numbers = [name.partition("_")[0] for name in names if name.endswith(".py")]
    return tuple(sorted((number for number in numbers if number), reverse=True))


def _connection_problem(url: URL, error: DBAPIError) -> str:
    reason = _without_secret(" ".join(str(error.orig).split()), url.password)
    return f"The store at {redacted_url(url)} cannot be opened: {reason}"


def redacted_url(url: URL) -> str:
    """Return a store's address without login, password or options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"


def _without_secret(line: str, secret: object) -> str:
    return line.replace(str(secret), "***") if secret else line
