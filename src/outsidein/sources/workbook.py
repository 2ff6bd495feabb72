"""Excel workbooks into the spool: sheets with a header, cells as text."""

import fnmatch
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from outsidein.errors import nearest
from outsidein.sources.declaration import Source
from outsidein.sources.files import DataFile
from outsidein.sources.header import column_names, refuse_duplicate_columns
from outsidein.sources.progress import Advance
from outsidein.sources.spool import PartWriter, RejectWriter, SpooledPart

BATCH_ROWS = 20_000
EXACT_BELOW = 2**53
"""A cell holds a floating-point number, in which larger whole numbers lose their last digits."""

LOST_DIGITS = "is a number of more digits than a cell keeps; write it as text in the workbook"
Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet:
    """One sheet of a workbook; `file.shown` names the sheet where a source reads several.

    Raises:
        SourceError: The sheet has no header, or names a column twice.
    """

    def __init__(self, file: DataFile, source: Source, cells: CalamineSheet) -> None:
        self.file = file
        self._nulls = frozenset(source.null_values)
        self._decimal = source.decimal
        self._rows = _rows(cells, after=source.skip_rows)
        header = list(islice(self._rows, source.header_rows))
        if len(header) < source.header_rows:
            raise file.refuse("its sheet is empty, without even a header row")
        names = [[cell_text(cell) or "" for cell in row] for _, row in header]
        self.columns = column_names(names)
        refuse_duplicate_columns(self.columns, file)

    def spool(
        self, *, columns: Sequence[str], path: Path, rejects: RejectWriter, advance: Advance
    ) -> SpooledPart:
        """Spool columns as text, in the order of the rows; rows without any value are none.

        A row is rejected if one of its numbers is too large for a cell to hold all its digits.
        """
        places = {name: self.columns.index(name) for name in columns}
        with PartWriter(self.file, path, width=len(columns)) as writer:
            while batch := list(islice(self._rows, BATCH_ROWS)):
                rows = [row for row in batch if self._is_exact(row, places, rejects)]
                texts = [
                    pa.array([self._text(row[place]) for _, row in rows], pa.string())
                    for place in places.values()
                ]
                writer.write(texts, pa.array([number for number, _ in rows], pa.int64()))
                advance(len(batch))
        return writer.part()

    def _is_exact(
        self, numbered: tuple[int, list[Cell]], places: Mapping[str, int], rejects: RejectWriter
    ) -> bool:
        """Say whether a row's numbers have all their digits; reject it otherwise."""
        number, row = numbered
        column = next((name for name, at in places.items() if _has_lost_digits(row[at])), None)
        if column is not None:
            raw = json.dumps(
                {name: str(row[at]) for name, at in places.items()}, ensure_ascii=False
            )
            rejects.add(self.file.shown, number, column, LOST_DIGITS, raw)
        return column is None

    def _text(self, cell: Cell) -> str | None:
        text = cell_text(cell)
        if isinstance(cell, float) and text is not None:
            return text.replace(".", self._decimal)
        return None if text in self._nulls else text


def sheets(file: DataFile, source: Source) -> Iterator[Sheet]:
    """Open the sheets of a workbook that a source means, in the order of the workbook.

    Raises:
        SourceError: The file is no workbook, or a sheet is missing or unclear.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(file.path))
    except CalamineError as error:
        raise file.refuse(f"is not a readable Excel workbook ({error})") from error
    names = _sheet_names(file, source, workbook.sheet_names)
    for name in names:
        shown = f"{file.shown}, sheet {name}" if len(names) > 1 else file.shown
        try:
            cells = workbook.get_sheet_by_name(name)
        except CalamineError as error:
            raise file.refuse(f"the sheet {name} is damaged ({error})") from error
        yield Sheet(replace(file, shown=shown), source, cells)


def _sheet_names(file: DataFile, source: Source, names: Sequence[str]) -> list[str]:
    if not source.sheet:
        if len(names) != 1:
            raise file.refuse(f"has the sheets {', '.join(names)}; choose one with `sheet`")
        return list(names)
    chosen: set[str] = set()
    for wanted in source.sheet:
        matches = {wanted} & set(names) or set(fnmatch.filter(names, wanted))
        if not matches:
            raise file.refuse(f"has no sheet {wanted!r}. {nearest(wanted, names)}")
        chosen |= matches
    return [name for name in names if name in chosen]


def cell_text(cell: Cell) -> str | None:
    """Write a cell as text: dates in ISO form, whole numbers without a fraction.

    Example:
        >>> cell_text(17850.0), cell_text(date(2024, 2, 29)), cell_text(True), cell_text("")
        ('17850', '2024-02-29', 'true', None)
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) or None


def _has_lost_digits(cell: Cell) -> bool:
    """Whether a cell holds a number that stands for several whole numbers."""
    return isinstance(cell, int | float) and abs(cell) >= EXACT_BELOW


def _rows(sheet: CalamineSheet, *, after: int) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows that hold a value, below the given number of lines of the sheet."""
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        if number > after and any(cell != "" for cell in row):
            yield number, row
