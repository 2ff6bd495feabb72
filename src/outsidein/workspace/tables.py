"""Tables of a snapshot as Arrow."""

import pyarrow as pa

from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.tables.snapshot_rows import read_declared_rows


def arrow_table(snapshot: Snapshot, name: str) -> pa.Table:
    """Return a table of a snapshot, under the present names of its columns.

    Raises:
        UnknownName: There is no such table.
    """
    return read_declared_rows(CATALOGUE[name], snapshot.folder)
