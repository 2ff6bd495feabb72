"""CSV files row by row through Python's csv module: knows the line and the text of each row."""

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
from outsidein.sources.header import Header, csv_rows
from outsidein.sources.spool import RejectWriter

BATCH_ROWS = 20_000
_PROBE = "outsidein"


class Rows(NamedTuple):
    """Texts by column, and the line each row began on."""

    columns: list[pa.Array]
    lines: pa.Array


def read_carefully(
    file: DataFile,
    source: Source,
    header: Header,
    *,
    columns: Sequence[str],
    rejects: RejectWriter,
) -> Iterator[Rows]:
    """Read one CSV file in batches, turning away the rows that do not fit its header."""
    keep = [header.columns.index(name) for name in columns]
    nulls = frozenset({"", *source.null_values})
    batch = _Batch(keep, nulls)
    for record in _records(file, source, header):
        reason = record.reason or _misfit(len(record.fields), len(header.columns))
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

    def take(self) -> Rows:
        columns = [self._column(place) for place in self.keep]
        lines = pa.array(self.lines, pa.int64())
        self.rows, self.lines = [], []
        return Rows(columns, lines)

    def _column(self, place: int) -> pa.Array:
        texts = map(itemgetter(place), self.rows)
        return pa.array([None if text in self.nulls else text for text in texts], pa.string())


def _records(file: DataFile, source: Source, header: Header) -> Iterator[_Record]:
    """Rows with the line they begin on; an open quote is only found at the end of the file."""
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
                open_quote = lines.is_ended and _is_open(lines.taken, source, header.separator)
                reason = "a quote is opened and never closed" if open_quote else None
                yield _Record(fields, line, raw, reason)


def _is_open(lines: list[str], source: Source, separator: str) -> bool:
    """Whether a line put behind these would still belong to their row."""
    ended = [*lines[:-1], lines[-1].rstrip("\r\n") + "\n", _PROBE]
    return sum(1 for _ in csv_rows(iter(ended), source, separator)) == 1


def _misfit(found: int, wanted: int) -> str | None:
    if found == wanted:
        return None
    kind = "few" if found < wanted else "many"
    return f"has too {kind} columns: {found} instead of {wanted}"


class _Lines(Iterator[str]):
    """Lines of a text, counted, with those taken for the row at hand."""

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
