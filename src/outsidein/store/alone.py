"""Work that one process at a time does, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock
from sqlalchemy import Engine, text


@contextmanager
def alone(store: Engine, name: str) -> Iterator[None]:
    """Wait until nobody else is at a piece of work, then keep it until done.

    Whoever dies lets go at once: the lock is the connection's to the server, or on SQLite, whose
    processes share a machine, that of a file beside the store.

    Args:
        store: The store.
        name: Of the work, as in a file's name.
    """
    if store.dialect.name == "sqlite":
        with FileLock(f"{store.url.database}.{name}.lock"):
            yield
        return
    key = {"name": name}
    with store.connect() as connection, connection.begin():
        # per schema too, for several stores may share a database
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:name), hashtext(current_schema()))"), key
        )
        yield
