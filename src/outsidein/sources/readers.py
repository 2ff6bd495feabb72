"""Reads one source of any format into Parquet files for DuckDB."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.errors import SourceError
from outsidein.lake.sql import file_list, literal, quoted
from outsidein.sources.column_checks import refuse_missing_columns, refuse_other_columns
from outsidein.sources.database import Database
from outsidein.sources.declaration import Format, Source
from outsidein.sources.delimited import spool_csv
from outsidein.sources.file_head import file_head
from outsidein.sources.files import DataFile, Fingerprint, file_fingerprint, find_files
from outsidein.sources.header import read_header, refuse_missing_header
from outsidein.sources.json_records import spool_json
from outsidein.sources.progress import Advance
from outsidein.sources.spool import LINE, RejectWriter, SpooledPart, position
from outsidein.sources.typing import TypedValue, fit
from outsidein.sources.workbook import sheets

_FILE = "outsidein_file"


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One source to read, with the context that every reader needs."""

    con: duckdb.DuckDBPyConnection
    name: str
    source: Source
    approved: tuple[str, ...]
    """Columns with an approved need, whether or not the data has them."""
    in_needs: frozenset[str]
    """Columns that any need names."""
    is_limited: bool
    """Whether a retention applies to one of the columns."""
    root: Path
    spool: Path
    environment: Mapping[str, str]
    rejects: RejectWriter
    advance: Advance
    is_head_only: bool = False
    """Whether the first rows of large CSV files will do."""

    def keep(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the approved columns of the data; refuse if one is missing."""
        refuse_missing_columns(self.name, self.approved, columns, self.in_needs)
        return tuple(name for name in columns if name in self.approved)

    @property
    def parts(self) -> Path:
        """Folder of the spooled parts."""
        return self.spool / f"{self.name}.parts"

    def part_path(self, place: int) -> Path:
        """Path of the part with this number."""
        return self.parts / f"{place:06}.parquet"


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """One Parquet file of a reading."""

    path: Path
    shown: str
    rows: int


@dataclass(frozen=True, slots=True)
class SourceRows:
    """One source as Parquet: `relation` is SQL of its columns by place, `file` and `line`."""

    columns: tuple[str, ...]
    kept: tuple[str, ...]
    fits: tuple[TypedValue, ...]
    kinds: tuple[str, ...]
    pieces: tuple[ReadPiece, ...]
    fingerprints: tuple[Fingerprint, ...]
    relation: str
    wants_conversion: bool = False


def read_source(task: ReadTask) -> SourceRows:
    """Read one source; without an approved column nothing but its columns.

    Raises:
        SourceError: The data cannot be read as declared.
    """
    return _READERS[task.source.format](task)


def _read_csv(task: ReadTask) -> SourceRows:
    source = task.source
    files = find_files(task.name, source.path, root=task.root)
    if task.is_head_only:
        folder = task.spool / f"{task.name}.heads"
        files = [file_head(file, encoding=source.encoding, folder=folder) for file in files]
    headers = [read_header(file, source) for file in files]
    for file, header in zip(files, headers, strict=True):
        refuse_missing_header(header, file, task.approved)
    columns = headers[0].columns
    refuse_other_columns(files, [header.columns for header in headers])
    kept = task.keep(columns)
    wants_conversion = any(source.type_of(name) != "VARCHAR" for name in kept)
    parts = [
        spool_csv(
            file,
            source,
            header,
            columns=kept,
            path=task.part_path(place),
            rejects=task.rejects,
            is_numbered=wants_conversion or task.is_limited,
            advance=task.advance,
        )
        for place, (file, header) in enumerate(zip(files, headers, strict=True))
        if kept
    ]
    return _spool_texts(task, files, columns, kept, parts)


def _read_json(task: ReadTask) -> SourceRows:
    files = find_files(task.name, task.source.path, root=task.root)
    spooled = [
        spool_json(
            task.con,
            file,
            task.source,
            columns=task.approved,
            path=task.part_path(place),
            rejects=task.rejects,
            advance=task.advance,
        )
        for place, file in enumerate(files)
    ]
    parts = [part for part, _ in spooled]
    columns = tuple(dict.fromkeys(key for _, keys in spooled for key in keys))
    if any(part.rows for part in parts):
        task.keep(columns)
    return _spool_texts(task, files, columns, task.approved, parts)


def _read_excel(task: ReadTask) -> SourceRows:
    files = find_files(task.name, task.source.path, root=task.root)
    columns: tuple[str, ...] | None = None
    first = files[0]
    parts = []
    for place, sheet in enumerate(sheet for file in files for sheet in sheets(file, task.source)):
        if columns is None:
            columns, first = sheet.columns, sheet.file
        refuse_other_columns([first, sheet.file], [columns, sheet.columns])
        kept = task.keep(columns)
        if kept:
            path = task.part_path(place)
            parts.append(
                sheet.spool(columns=kept, path=path, rejects=task.rejects, advance=task.advance)
            )
    names = columns or ()
    return _spool_texts(task, files, names, task.keep(names), parts)


def _read_sql(task: ReadTask) -> SourceRows:
    with Database(task.name, task.source, root=task.root, environment=task.environment) as database:
        columns = database.columns()
        kept = task.keep(columns)
        if not kept:
            return _spool_files([], columns, kept, [])
        fixed = database.schema_types()
        part, kinds, mark = database.spool(
            columns=kept, path=task.part_path(0), advance=task.advance
        )
    kinds = tuple(
        task.source.declared_type(name) or fixed.get(name, kind)
        for name, kind in zip(kept, kinds, strict=True)
    )
    fits = tuple(
        fit(position(place), kind, form=task.source.dates.get(name))
        for place, (name, kind) in enumerate(zip(kept, kinds, strict=True))
    )
    return _spool_files([], columns, kept, [part], fits=fits, kinds=kinds, fingerprints=(mark,))


def _read_parquet(task: ReadTask) -> SourceRows:
    files = find_files(task.name, task.source.path, root=task.root)
    footers = [_footer(file) for file in files]
    names = [tuple(footer.schema.to_arrow_schema().names) for footer in footers]
    refuse_other_columns(files, names)
    kept = task.keep(names[0])
    pieces = tuple(
        ReadPiece(file.path, file.shown, footer.num_rows)
        for file, footer in zip(files, footers, strict=True)
    )
    for piece in pieces:
        task.advance(piece.rows)
    relation = _relation([quoted(name) for name in kept], pieces, line="file_row_number + 1")
    return SourceRows(
        columns=names[0],
        kept=kept,
        fits=tuple(TypedValue(position(place), "FALSE") for place in range(len(kept))),
        kinds=_kinds(task, relation, len(kept)),
        pieces=pieces,
        fingerprints=tuple(map(file_fingerprint, files)),
        relation=relation,
    )


_READERS: dict[Format, Callable[[ReadTask], SourceRows]] = {
    "csv": _read_csv,
    "jsonl": _read_json,
    "json": _read_json,
    "parquet": _read_parquet,
    "excel": _read_excel,
    "sql": _read_sql,
}


def _spool_texts(
    task: ReadTask,
    files: Sequence[DataFile],
    columns: Sequence[str],
    kept: Sequence[str],
    parts: Sequence[SpooledPart],
) -> SourceRows:
    """Describe spooled texts, each with the type that the source declares for its column."""
    source = task.source
    kinds = tuple(source.type_of(name) for name in kept)
    fits = tuple(
        fit(
            position(place),
            kind,
            decimal=source.decimal,
            thousands=source.thousands,
            units=source.units,
            form=source.dates.get(name),
        )
        for place, (name, kind) in enumerate(zip(kept, kinds, strict=True))
    )
    return _spool_files(files, columns, kept, parts, fits=fits, kinds=kinds)


def _spool_files(
    files: Sequence[DataFile],
    columns: Sequence[str],
    kept: Sequence[str],
    parts: Sequence[SpooledPart],
    *,
    fits: Sequence[TypedValue] = (),
    kinds: Sequence[str] = (),
    fingerprints: Sequence[Fingerprint] = (),
) -> SourceRows:
    places = [position(place) for place in range(len(kept))]
    pieces = tuple(ReadPiece(part.path, part.file.shown, part.rows) for part in parts)
    return SourceRows(
        columns=tuple(columns),
        kept=tuple(kept),
        fits=tuple(fits) or tuple(TypedValue(place, "FALSE") for place in places),
        kinds=tuple(kinds) or ("VARCHAR",) * len(places),
        pieces=pieces,
        fingerprints=tuple(fingerprints) or tuple(map(file_fingerprint, files)),
        relation=_relation(places, pieces, line=LINE),
        wants_conversion=any(kind != "VARCHAR" for kind in kinds),
    )


def _relation(values: Sequence[str], pieces: Sequence[ReadPiece], *, line: str) -> str:
    named = "".join(f"{value} AS {position(n)}, " for n, value in enumerate(values))
    files = file_list(piece.path for piece in pieces)
    numbered = ", file_row_number = true" if line != LINE else ""
    return (
        f"(SELECT {named}{line} AS line, {_FILE} AS file FROM read_parquet({files}, "
        f"union_by_name = true, filename = {literal(_FILE)}{numbered}))"
    )


def _footer(file: DataFile) -> pq.FileMetaData:
    try:
        return pq.read_metadata(file.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise file.refuse(f"is not a readable Parquet file ({_first_line(error)})") from error


def _kinds(task: ReadTask, relation: str, width: int) -> tuple[str, ...]:
    try:
        described = task.con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as error:
        raise SourceError(task.name, f"cannot be read: {_first_line(error)}") from error
    return tuple(str(row[1]) for row in described[:width])


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].strip()
