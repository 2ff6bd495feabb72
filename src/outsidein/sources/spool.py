"""Intermediate Parquet: text columns by position, and rejected rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.canonical.tables import REJECTS
from outsidein.sources.files import DataFile

ROW_GROUP = 122_880
REJECT_BATCH = 10_000
LINE = "line"
_REJECT_FIELDS = tuple(REJECTS.columns)


def position(place: int) -> str:
    """Return a spooled column's name, made from its position to avoid collisions."""
    return f"c{place}"


def text_schema(width: int) -> pa.Schema:
    """Return the schema of `width` text columns by position, and each row's first line."""
    fields = [pa.field(position(place), pa.string()) for place in range(width)]
    return pa.schema([*fields, pa.field(LINE, pa.int64())])


@dataclass(frozen=True, slots=True)
class SpooledPart:
    """One file of raw data as spooled Parquet: `text_schema`, in the order of its lines."""

    file: DataFile
    path: Path
    rows: int


class PartWriter:
    """Writes one part; an aborted part is overwritten by the next attempt."""

    def __init__(self, file: DataFile, path: Path, *, width: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._path = path
        self._schema = text_schema(width)
        self._writer = pq.ParquetWriter(path, self._schema)
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, columns: Sequence[pa.Array], lines: pa.Array) -> None:
        """Add rows: their texts by column, and their lines."""
        batch = pa.RecordBatch.from_arrays([*columns, lines], schema=self._schema)
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self._rows += batch.num_rows
        if self._waiting_rows >= ROW_GROUP:
            self._flush()

    def part(self) -> SpooledPart:
        """Return the written part."""
        return SpooledPart(self._file, self._path, self._rows)

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting, schema=self._schema)
            self._writer.write_table(table, row_group_size=ROW_GROUP)
        self._waiting, self._waiting_rows = [], 0


class RejectWriter:
    """Writes the rejected rows of one source into one Parquet file."""

    def __init__(self, source: str, path: Path) -> None:
        self._source = source
        self._path = path
        self._schema = REJECTS.schema.to_pyarrow()
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[tuple[str, str | None, int | None, str | None, str, str]] = []
        self.count = 0
        self.first: str | None = None

    def add(
        self, file: str | None, line: int | None, column: str | None, reason: str, raw: str
    ) -> None:
        """Reject one row."""
        if self.first is None:
            where = f", {column!r}" if column else ""
            self.first = f"{file or self._source}, line {line}{where}: {reason}"
        self._waiting.append((self._source, file, line, column, reason, raw))
        self.count += 1
        if len(self._waiting) >= REJECT_BATCH:
            self._flush()

    def close(self) -> Path | None:
        """Close the file; None if nothing was rejected."""
        if self._waiting:
            self._flush()
        if self._writer is None:
            return None
        self._writer.close()
        return self._path

    def _flush(self) -> None:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._path, self._schema)
        columns = zip(*self._waiting, strict=True)
        rows = dict(zip(_REJECT_FIELDS, map(list, columns), strict=True))
        self._writer.write_table(pa.Table.from_pydict(rows, schema=self._schema))
        self._waiting = []
