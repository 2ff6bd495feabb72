"""Reading a snapshot: its tables on an engine that always closes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import close, connect
from outsidein.lake.snapshots import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A snapshot's tables on an engine of their own, valid until the engine closes."""

    backend: Backend
    snapshot: Snapshot
    read: Callable[[Backend, Snapshot, str], ir.Table]

    def table(self, name: str) -> ir.Table:
        """Return a table of the snapshot.

        Raises:
            UnknownName: The snapshot has no such table.
        """
        return self.read(self.backend, self.snapshot, name)

    def has(self, name: str) -> bool:
        """Return whether the snapshot has a table."""
        return name in self.snapshot.tables()


@contextmanager
def open_reading(
    snapshot: Snapshot,
    *,
    timezone: str = "UTC",
    read: Callable[[Backend, Snapshot, str], ir.Table],
) -> Iterator[Reading]:
    """Open an engine over a snapshot and close it, also after an error.

    Args:
        snapshot: What is read.
        timezone: Zone in which days begin (IANA name).
        read: Reads a table of a snapshot by its name.
    """
    backend = connect(timezone=timezone)
    try:
        yield Reading(backend, snapshot, read)
    finally:
        close(backend)
