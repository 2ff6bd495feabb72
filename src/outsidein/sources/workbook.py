"""Excel workbooks into the spool: one sheet, a header in its first row, cells as text."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from outsidein.errors import nearest
from outsidein.sources.declaration import Source
from outsidein.sources.files import DataFile
from outsidein.sources.header import refuse_duplicate_columns
from outsidein.sources.progress import Advance
from outsidein.sources.spool import PartWriter, SpooledPart

BATCH_ROWS = 20_000
Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet:
    """The sheet of a workbook that a source means.

    Raises:
        SourceError: The file is no workbook, or the sheet is missing, unclear or empty.
    """

    def __init__(self, file: DataFile, source: Source) -> None:
        self.file = file
        self._rows = _rows(_sheet(file, source))
        header = next((row for _, row in self._rows), None)
        if header is None:
            raise file.refuse("its sheet is empty, without even a header row")
        names = [cell_text(cell) for cell in header]
        self.columns = tuple(
            name.strip() if name else f"column_{place}" for place, name in enumerate(names, start=1)
        )
        refuse_duplicate_columns(self.columns, file)

    def spool(self, *, columns: Sequence[str], path: Path, advance: Advance) -> SpooledPart:
        """Spool columns as text, in the order of the rows; rows without any value are none."""
        keep = [self.columns.index(name) for name in columns]
        with PartWriter(self.file, path, width=len(columns)) as writer:
            while rows := list(islice(self._rows, BATCH_ROWS)):
                texts = [
                    pa.array([cell_text(row[place]) for _, row in rows], pa.string())
                    for place in keep
                ]
                writer.write(texts, pa.array([number for number, _ in rows], pa.int64()))
                advance(len(rows))
        return writer.part()


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


def _sheet(file: DataFile, source: Source) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_path(str(file.path))
    except CalamineError as error:
        raise file.refuse(f"is not a readable Excel workbook ({error})") from error
    names = workbook.sheet_names
    if source.sheet is None and len(names) != 1:
        raise file.refuse(f"has the sheets {', '.join(names)}; choose one with `sheet`")
    if source.sheet is not None and source.sheet not in names:
        raise file.refuse(f"has no sheet {source.sheet!r}. {nearest(source.sheet, names)}")
    return workbook.get_sheet_by_name(source.sheet or names[0])


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        if any(cell != "" for cell in row):
            yield number, row
