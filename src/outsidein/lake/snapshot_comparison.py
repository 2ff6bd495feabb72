"""What changed from one snapshot to another."""

from dataclasses import dataclass

import duckdb

from outsidein.lake.manifest import file_hash
from outsidein.lake.snapshots import Snapshot
from outsidein.lake.sql import literal


@dataclass(frozen=True, slots=True)
class TableChange:
    """How one table differs: its rows before and after, and the rows only there."""

    table: str
    rows_before: int
    rows_after: int
    only_before: int
    only_after: int

    @property
    def is_same(self) -> bool:
        """Whether both hold the same rows."""
        return self.only_before == self.only_after == 0


def compare(before: Snapshot, after: Snapshot) -> list[TableChange]:
    """Compare two snapshots table by table, in order of name.

    A changed row counts once on either side. A table missing in one snapshot counts as empty there.
    """
    names = sorted({*before.tables(), *after.tables()})
    return [_compare_table(name, before, after) for name in names]


def _compare_table(name: str, before: Snapshot, after: Snapshot) -> TableChange:
    old_path, new_path = (s.folder / f"{name}.parquet" for s in (before, after))
    old, new = (f"FROM {literal(path)}" if path.exists() else "" for path in (old_path, new_path))
    rows = _count(old), _count(new)
    if not (old and new) or _columns(old) != _columns(new):
        return TableChange(name, *rows, only_before=rows[0], only_after=rows[1])
    if file_hash(old_path) == file_hash(new_path):
        return TableChange(name, *rows, only_before=0, only_after=0)
    gone, come = _count(f"({old}) EXCEPT ALL ({new})"), _count(f"({new}) EXCEPT ALL ({old})")
    return TableChange(name, *rows, only_before=gone, only_after=come)


def _count(query: str) -> int:
    if not query:
        return 0
    row = duckdb.connect().execute(f"SELECT count(*) FROM ({query})").fetchone()
    return int(row[0]) if row else 0


def _columns(query: str) -> list[tuple[str, str]]:
    return [row[:2] for row in duckdb.connect().execute(f"DESCRIBE {query}").fetchall()]
