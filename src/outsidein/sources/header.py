"""The header line of a CSV file: separator, column names and first row."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from outsidein.sources.declaration import Source
from outsidein.sources.decoding import open_text
from outsidein.sources.files import DataFile

SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"sep=([^\w\s]|\t)\s*")
"""The line by which Excel is told the separator of the file."""
_VALUE = re.compile(
    r"[+-]?\d+([.,]\d+)*|\d{4}-\d{2}-\d{2}.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|\S+@\S+"
)


@dataclass(frozen=True, slots=True)
class CsvHeader:
    """The layout of a CSV file, read from its first lines."""

    columns: tuple[str, ...]
    separator: str
    lines: int
    """Lines before the first row (count)."""
    is_plain: bool
    """Whether each of these lines ends in a line feed."""


def read_header(file: DataFile, source: Source) -> CsvHeader:
    """Read the header of a CSV file.

    Names are stripped; a column without a name is named by its position.

    Raises:
        SourceError: The file is empty, is no text, or names a column twice.
    """
    with open_text(file, encoding=source.encoding) as text:
        lines = _CountedLines(text)
        for _ in islice(lines, source.skip_rows):
            pass
        first = next((line for line in lines if line.strip("\r\n")), None)
        stated = None if first is None else _SEPARATOR_LINE.fullmatch(first)
        if stated is not None:
            first = next((line for line in lines if line.strip("\r\n")), None)
        if first is None:
            raise file.refuse("is empty, without even a header line")
        likely = stated[1] if stated else _likely_separator(first, source.quote)
        separator = source.separator or likely
        rows = csv_rows(_Prepended(first, lines), source, separator)
        names = list(islice(rows, source.header_rows))
    columns = column_names(names)
    refuse_duplicate_columns(columns, file)
    return CsvHeader(columns, separator, lines.count, lines.plain)


def column_names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names that the lines of a header give, stripped.

    A name in an upper line holds for the columns without one to its right, as merged cells
    do. A column without any name is named by its position.

    Example:
        >>> column_names([["id", "address", "", ""], ["", "street", "town", ""]])
        ('id', 'address street', 'address town', 'address')
        >>> column_names([["id", ""]])
        ('id', 'column_2')
    """
    *upper, lowest = rows
    width = max(map(len, rows))
    levels = [_carried_right(row, width) for row in upper]
    levels.append([name.strip() for name in (*lowest, *[""] * (width - len(lowest)))])
    joined = [" ".join(dict.fromkeys(filter(None, names))) for names in zip(*levels, strict=True)]
    return tuple(name or f"column_{place}" for place, name in enumerate(joined, start=1))


def _carried_right(row: Sequence[str], width: int) -> list[str]:
    padded = [name.strip() for name in (*row, *[""] * (width - len(row)))]
    return list(accumulate(padded, _last_name))


def _last_name(last: str, name: str) -> str:
    return name or last


def csv_rows(lines: Iterator[str], source: Source, separator: str) -> Iterator[list[str]]:
    """Parse lines with Python's csv module; an empty line gives an empty list."""
    if not source.quote:
        return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=separator, quotechar=source.quote)


def refuse_missing_header(header: CsvHeader, file: DataFile, approved: Collection[str]) -> None:
    """Refuse a first line that names no approved column and contains values.

    Raises:
        SourceError: The file has no header.
    """
    if set(header.columns) & set(approved):
        return
    value = next((name for name in header.columns if _VALUE.fullmatch(name)), None)
    if value is not None:
        raise file.refuse(
            f"has no header: its first line holds the value {value!r}; add a line with the "
            "names of the columns"
        )


def refuse_duplicate_columns(columns: Collection[str], file: DataFile) -> None:
    """Refuse names that are equal but for case, as SQL compares them.

    Raises:
        SourceError: Two columns share a name.
    """
    counts = Counter(name.casefold() for name in columns)
    twice = [name for name in columns if counts[name.casefold()] > 1]
    if twice:
        shown = " and ".join(repr(name) for name in twice[:2])
        raise file.refuse(f"its header names the same column twice: {shown}")


def _likely_separator(line: str, quote: str) -> str:
    outside = "".join(line.split(quote)[::2]) if quote else line
    return max(SEPARATORS, key=outside.count)


class _CountedLines(Iterator[str]):
    """Counts lines."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.count = 0
        self.plain = True

    def __next__(self) -> str:
        line = next(self._text)
        self.count += 1
        self.plain = self.plain and line.endswith("\n")
        return line


class _Prepended(Iterator[str]):
    """A line already read, followed by the others."""

    def __init__(self, first: str, others: Iterator[str]) -> None:
        self._first: str | None = first
        self._others = others

    def __next__(self) -> str:
        first, self._first = self._first, None
        return next(self._others) if first is None else first
