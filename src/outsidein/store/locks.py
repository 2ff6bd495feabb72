"""Locks across processes."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock
from sqlalchemy import Engine, text


@contextmanager
def exclusive_lock(store: Engine, name: str) -> Iterator[None]:
    """Hold a named lock for the body, waiting until it is free.

    A process that dies releases it at once: the lock belongs to a server connection or, on
    SQLite, to a file beside the store.

    Args:
        store: The store.
        name: Name of the lock, usable in a file name.
    """
    if store.dialect.name == "sqlite":
        with FileLock(f"{store.url.database}.{name}.lock"):
            yield
        return
    key = {"name": name}
    with store.connect() as connection, connection.begin():
        # by schema too: several stores may share a database
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:name), hashtext(current_schema()))"), key
        )
        yield
