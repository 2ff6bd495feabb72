"""Guesses the layout of files: format, encoding, lines above the header, sheets, lists."""

import codecs
import csv
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from anyascii import anyascii
from python_calamine import CalamineError, CalamineWorkbook

from outsidein.drafts.header_rows import HeaderPlace, header_place
from outsidein.drafts.known_exports import recognised
from outsidein.errors import InputError
from outsidein.sources.decoding import BLOCK_BYTES
from outsidein.sources.header import SEPARATORS

LINES_LOOKED_AT = 60
_EXCEL = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_JSONL = frozenset({".jsonl", ".ndjson"})
_SQLITE = frozenset({".db", ".sqlite", ".sqlite3"})
_ENCODINGS = ("utf-8", "cp1252")
_DBT = "schemas.getdbt.com"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SourceLayout:
    """One source to declare: its name, and the options that its data seem to need.

    `columns` are known without a look at the data where a manifest names them.
    """

    name: str
    shown: str
    options: dict[str, object] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


def source_layouts(path: Path, *, folder: Path) -> Iterator[SourceLayout]:
    """Yield the sources that a file holds: several for a workbook or a database.

    Args:
        path: The file.
        folder: The project's folder, to which paths are relative.

    Raises:
        InputError: There is no such file, or nothing in it can be read.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    place = Path(os.path.relpath(path, folder)).as_posix()
    name = source_name(path.stem)
    ending = path.suffix.lower()
    if ending in _SQLITE:
        yield from _tables(path, place)
    elif ending in _EXCEL:
        yield from _sheets(path, place, name)
    elif ending == ".parquet":
        yield SourceLayout(name, str(path), {"format": "parquet", "path": place})
    elif ending in _JSONL:
        yield SourceLayout(name, str(path), {"format": "jsonl", "path": place})
    elif ending == ".json":
        yield from _json_sources(path, place, name)
    else:
        yield SourceLayout(name, str(path), _csv_options(path, place))


def source_name(text: str) -> str:
    """Return a name that a source may have.

    Example:
        >>> source_name("Verkäufe 2024-05 (neu)"), source_name("2024 Kunden")
        ('verkaufe_2024_05_neu', 's_2024_kunden')
    """
    name = re.sub(r"[^a-z0-9]+", "_", anyascii(text).lower()).strip("_") or "source"
    return name if name[0].isalpha() else f"s_{name}"


def _csv_options(path: Path, place: str) -> dict[str, object]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        lines = list(islice(text, LINES_LOOKED_AT))
    options: dict[str, object] = {"format": "csv", "path": place}
    if encoding != "utf-8":
        options["encoding"] = encoding
    if lines and lines[0].lower().startswith("sep="):
        return options
    separator, rows = max(((mark, _rows(lines, mark)) for mark in SEPARATORS), key=_width)
    header = _header([row for row, _ in rows])
    skipped = rows[header.above][1] if rows else 0
    if skipped or header.rows > 1:
        options["separator"] = separator
    return options | _header_options(skipped, header.rows)


def _header(rows: Sequence[Sequence[str]]) -> HeaderPlace:
    """Return the place of the header; that of a known product is of one row."""
    header = header_place(rows)
    if header.rows > 1:
        match = recognised(rows[header.above])
        if match and not match[0].is_general:
            return HeaderPlace(header.above, 1)
    return header


def _header_options(above: int, rows: int) -> dict[str, object]:
    options: dict[str, object] = {"skip_rows": above} if above else {}
    return options | ({"header_rows": rows} if rows > 1 else {})


def _rows(lines: Sequence[str], separator: str) -> list[tuple[list[str], int]]:
    """The rows, each with the number of lines before it."""
    reader = csv.reader(lines, delimiter=separator)
    rows, before = [], 0
    try:
        for row in reader:
            rows.append((row, before))
            before = reader.line_num
    except csv.Error:
        pass
    return rows


def _width(pair: tuple[str, Sequence[tuple[Sequence[str], int]]]) -> int:
    return max((len(row) for row, _ in pair[1]), default=0)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(2) in _UTF16_MARKS:
            return "utf-16"
    return next((name for name in _ENCODINGS if _is_encoding(path, name)), "latin-1")


def _is_encoding(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sheets(path: Path, place: str, name: str) -> Iterator[SourceLayout]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        raise InputError(f"{path}: is not a readable Excel workbook ({error})") from error
    sheets: dict[tuple[tuple[tuple[str, ...], ...], int, int], list[str]] = {}
    for sheet in workbook.sheet_names:
        cells = workbook.get_sheet_by_name(sheet)
        rows = [[str(cell) for cell in row] for row in cells.to_python(nrows=LINES_LOOKED_AT)]
        if len(rows) > 1 and max(map(len, rows)) > 1:
            header = _header(rows)
            names_rows = rows[header.above : header.above + header.rows]
            above = header.above + (cells.start[0] if cells.start else 0)
            key = (tuple(map(tuple, names_rows)), above, header.rows)
            sheets.setdefault(key, []).append(sheet)
    for (_, above, header_rows), names in sheets.items():
        options: dict[str, object] = {"format": "excel", "path": place}
        if len(workbook.sheet_names) > 1:
            options["sheet"] = names if len(names) > 1 else names[0]
        options |= _header_options(above, header_rows)
        part = f"{name}_{source_name(names[0])}" if len(sheets) > 1 else name
        yield SourceLayout(part, f"{path} ({', '.join(names)})", options)


def _json_sources(path: Path, place: str, name: str) -> Iterator[SourceLayout]:
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        if "Extra data" not in str(error):
            raise InputError(f"{path}: is no readable JSON document: {error}") from error
        yield SourceLayout(name, str(path), {"format": "jsonl", "path": place})
        return
    if is_dbt_manifest(document):
        yield from dbt_layouts(document, str(path))
        return
    options: dict[str, object] = {"format": "json", "path": place}
    lists = [] if isinstance(document, list) else list(_lists(document, ""))
    if not lists:
        yield SourceLayout(name, str(path), options)
    for records in lists:
        part = source_name(records) if len(lists) > 1 else name
        yield SourceLayout(part, f"{path} ({records})", options | {"records": records})


def is_dbt_manifest(document: object) -> bool:
    """Say whether a JSON document is the manifest of a dbt project."""
    return (
        isinstance(document, dict) and "nodes" in document and _DBT in str(document.get("metadata"))
    )


def dbt_layouts(manifest: Mapping[str, Any], shown: str) -> Iterator[SourceLayout]:
    """Yield a source for each model of a dbt project that its manifest describes by columns."""
    for node in manifest["nodes"].values():
        if node.get("resource_type") == "model" and node.get("columns"):
            table = node.get("alias") or node["name"]
            options: dict[str, object] = {
                "format": "sql",
                "url": "${DBT_DATABASE}",
                "query": f"select * from {node['schema']}.{table}",
            }
            columns = tuple(column["name"] for column in node["columns"].values())
            yield SourceLayout(source_name(table), f"{shown} ({table})", options, columns)


def _lists(document: object, prefix: str) -> Iterator[str]:
    """Yield the names of the lists of objects in a document."""
    if isinstance(document, list) and document and isinstance(document[0], dict):
        yield prefix
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _lists(value, f"{prefix}.{key}" if prefix else key)


def _tables(path: Path, place: str) -> Iterator[SourceLayout]:
    with closing(_Database(path)) as database:
        for table in database.tables():
            options: dict[str, object] = {
                "format": "sql",
                "url": f"sqlite:///{place}",
                "table": table,
            }
            yield SourceLayout(source_name(table), f"{path} ({table})", options)


class _Database:
    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")

    def tables(self) -> list[str]:
        """The tables that have rows."""
        names = sorted(sa.inspect(self._engine).get_table_names())
        with self._engine.connect() as connection:
            return [name for name in names if self._has_rows(connection, name)]

    def _has_rows(self, connection: sa.Connection, name: str) -> bool:
        query = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        return connection.execute(query).first() is not None

    def close(self) -> None:
        self._engine.dispose()
