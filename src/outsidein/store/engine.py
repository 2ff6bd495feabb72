"""Opening the store: SQLite in WAL mode, its schema brought up to date by Alembic."""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from outsidein.errors import InputError


def open_store(path: Path) -> Engine:
    """Open the SQLite store at `path`, made or migrated as needed.

    Raises:
        InputError: The file is not a database, or of a newer version of this package.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes()[:6] not in (b"", b"SQLite"):
        raise InputError(f"{path} is not a store of this package. Move it away to begin anew.")
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _durable)
    _upgrade(engine)
    return engine


def _durable(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("outsidein.store") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
