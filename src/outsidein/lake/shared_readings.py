"""One engine for the snapshot that a server reads, which all its requests share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import close, connect, connect_beside
from outsidein.lake.snapshot_reading import Reading
from outsidein.lake.snapshots import Snapshot

MOST_USES = 200
"""Readings on one connection before a new one takes its place, which forgets their views."""

Read = Callable[[Backend, Snapshot, str], ir.Table]


class _Key(NamedTuple):
    """What an engine is opened over."""

    folder: Path
    contents: str
    timezone: str


class SharedReadings:
    """Readings of the current snapshot, whose engine stays open between requests.

    Each reading has a connection of its own, for one caller at a time. The engine closes once
    another snapshot is read and its last reading has ended.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: _SharedEngine | None = None

    @contextmanager
    def reading(self, snapshot: Snapshot, *, timezone: str, read: Read) -> Iterator[Reading]:
        """Lend a reading of a snapshot; the next snapshot that is asked for takes its place.

        Args:
            snapshot: The current one.
            timezone: Zone in which days begin (IANA name).
            read: Reads a table of a snapshot by its name.
        """
        engine = self._entered(_Key(snapshot.folder, snapshot.contents, timezone))
        try:
            with engine.lent(snapshot, read) as reading:
                yield reading
        finally:
            self._left(engine)

    def close(self) -> None:
        """Close the engine as soon as nobody reads; the next reading opens another."""
        with self._lock:
            unused = self._retired()
        _close(unused)

    def _entered(self, key: _Key) -> "_SharedEngine":
        with self._lock:
            unused = None
            if self._engine is None or self._engine.key != key:
                unused = self._retired()
                self._engine = _SharedEngine(key, connect(timezone=key.timezone))
            self._engine.readers += 1
            engine = self._engine
        _close(unused)
        return engine

    def _left(self, engine: "_SharedEngine") -> None:
        with self._lock:
            engine.readers -= 1
            is_unused = engine is not self._engine and not engine.readers
        _close(engine if is_unused else None)

    def _retired(self) -> "_SharedEngine | None":
        """Take the engine out of use; return it if nobody reads on it any more."""
        engine, self._engine = self._engine, None
        return engine if engine and not engine.readers else None


@dataclass(slots=True)
class _Connection:
    """A connection to an engine, its tables, and how often it was lent."""

    backend: Backend
    table: Read
    uses: int = 0


@dataclass(slots=True)
class _SharedEngine:
    """An engine with its connections that nobody uses at the moment."""

    key: _Key
    backend: Backend
    readers: int = 0
    idle: list[_Connection] = field(default_factory=list)

    @contextmanager
    def lent(self, snapshot: Snapshot, read: Read) -> Iterator[Reading]:
        """Lend a connection; one whose caller failed is not lent again."""
        try:
            connection = self.idle.pop()
        except IndexError:
            connection = self._connection(read)
        try:
            yield Reading(connection.backend, snapshot, connection.table)
        except BaseException:
            connection.backend.disconnect()
            raise
        connection.uses += 1
        if connection.uses < MOST_USES:
            self.idle.append(connection)
        else:
            connection.backend.disconnect()

    def _connection(self, read: Read) -> _Connection:
        """Open a connection, on which each table is bound once."""
        backend = connect_beside(self.backend, timezone=self.key.timezone)
        return _Connection(backend, cache(read))


def _close(engine: _SharedEngine | None) -> None:
    if engine is not None:
        for connection in engine.idle:
            connection.backend.disconnect()
        close(engine.backend)
