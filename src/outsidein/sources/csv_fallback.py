"""Slow CSV reader (Python's csv module) that knows the line and the text of each row."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa

from outsidein.sources.declaration import Source
from outsidein.sources.decoding import open_text
from outsidein.sources.files import DataFile
from outsidein.sources.header import CsvHeader, csv_rows
from outsidein.sources.spool import RejectWriter

BATCH_ROWS = 20_000
_PROBE = "outsidein"


class CsvRows(NamedTuple):
    """Texts by column, and the line each row began on."""

    columns: list[pa.Array]
    lines: pa.Array


def read_csv_by_line(
    file: DataFile,
    source: Source,
    header: CsvHeader,
    *,
    columns: Sequence[str],
    rejects: RejectWriter,
) -> Iterator[CsvRows]:
    """Read one CSV file in batches, rejecting rows that do not fit its header."""
    keep = [header.columns.index(name) for name in columns]
    nulls = frozenset({"", *source.null_values})
    batch = _Batch(keep, nulls)
    for record in _records(file, source, header):
        reason = record.reason or _width_problem(len(record.fields), len(header.columns))
        if reason:
            rejects.add(file.shown, record.line, None, reason, record.raw)
            continue
        batch.add(record)
        if len(batch.lines) >= BATCH_ROWS:
            yield batch.take()
    yield batch.take()


class _Record(NamedTuple):
    fields: list[str]
    line: int
    raw: str
    reason: str | None


@dataclass
class _Batch:
    keep: list[int]
    nulls: frozenset[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, record: _Record) -> None:
        self.rows.append(record.fields)
        self.lines.append(record.line)

    def take(self) -> CsvRows:
        columns = [self._column(place) for place in self.keep]
        lines = pa.array(self.lines, pa.int64())
        self.rows, self.lines = [], []
        return CsvRows(columns, lines)

    def _column(self, place: int) -> pa.Array:
        texts = map(itemgetter(place), self.rows)
        return pa.array([None if text in self.nulls else text for text in texts], pa.string())


def _records(file: DataFile, source: Source, header: CsvHeader) -> Iterator[_Record]:
    """Yield rows with their first line; an unclosed quote shows only at the end of the file."""
    with open_text(file, encoding=source.encoding) as text:
        lines = _Lines(text)
        for _ in range(header.lines):
            next(lines)
        rows = csv_rows(lines, source, header.separator)
        while True:
            line = lines.count + 1
            lines.taken.clear()
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield _Record([], line, "".join(lines.taken), f"cannot be parsed: {error}")
                continue
            if fields:
                raw = "".join(lines.taken)
                yield _Record(fields, line, raw, _problem(lines, source, header.separator))


def _problem(lines: "_Lines", source: Source, separator: str) -> str | None:
    if any("\x00" in line for line in lines.taken):
        return "contains a NUL byte"
    if lines.is_ended and _is_open(lines.taken, source, separator):
        return "a quote is opened and never closed"
    return None


def _is_open(lines: list[str], source: Source, separator: str) -> bool:
    """Whether the next line would still belong to this row."""
    ended = [*lines[:-1], lines[-1].rstrip("\r\n") + "\n", _PROBE]
    return sum(1 for _ in csv_rows(iter(ended), source, separator)) == 1


def _width_problem(width: int, wanted: int) -> str | None:
    if width == wanted:
        return None
    kind = "few" if width < wanted else "many"
    return f"has too {kind} columns: {width} instead of {wanted}"


class _Lines(Iterator[str]):
    """Counts lines, and keeps those of the current row."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.count = 0
        self.taken: list[str] = []
        self.is_ended = False

    def __next__(self) -> str:
        line = next(self._text, None)
        if line is None:
            self.is_ended = True
            raise StopIteration
        self.count += 1
        self.taken.append(line)
        return line
