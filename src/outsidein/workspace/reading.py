"""Reading snapshots, also those that an older version built; importing it loads the engine."""

from contextlib import AbstractContextManager

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.lake.shared_readings import SharedReadings
from outsidein.lake.snapshot_reading import Reading, open_reading
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.tables.snapshot_files import read_declared


def open_snapshot(snapshot: Snapshot, *, timezone: str) -> AbstractContextManager[Reading]:
    """Open an engine over a snapshot, whose tables have their present names.

    Args:
        snapshot: What is read.
        timezone: Zone in which days begin (IANA name).
    """
    return open_reading(snapshot, timezone=timezone, read=_read)


def shared_reading(
    snapshot: Snapshot, *, timezone: str, shared: SharedReadings
) -> AbstractContextManager[Reading]:
    """Lend a reading of the current snapshot on an engine that stays open for the next one."""
    return shared.reading(snapshot, timezone=timezone, read=_read)


def _read(backend: BaseBackend, snapshot: Snapshot, name: str) -> ir.Table:
    return read_declared(backend, CATALOGUE[name], snapshot.folder)
