"""Finds the records of a JSON file: lines, the items of a list, or of a list inside an object."""

from collections.abc import Iterator
from itertools import islice

import duckdb
import pyarrow as pa

from outsidein.errors import SourceError, nearest
from outsidein.sources.declaration import Source
from outsidein.sources.decoding import open_text
from outsidein.sources.files import DataFile
from outsidein.sources.json_paths import key_pointer, lists_within

BATCH_RECORDS = 50_000
_LEAST_BUFFER = 16 << 20


def record_chunks(
    con: duckdb.DuckDBPyConnection, file: DataFile, source: Source
) -> Iterator[pa.Table]:
    """Yield the records of a file in batches: `line` and `text`.

    The line of a record in a JSON document is its number, counted from 1. A document that
    is a list is read in pieces, one with `records` as a whole.

    Raises:
        SourceError: The file is no JSON document, has no such list, or a byte is not of
            the declared encoding.
    """
    if source.format == "jsonl":
        return _lines(file, source)
    return _document(con, file, source.records)


def _lines(file: DataFile, source: Source) -> Iterator[pa.Table]:
    with open_text(file, encoding=source.encoding) as text:
        text.reconfigure(newline="\n")
        numbered = ((n, line) for n, line in enumerate(text, start=1) if not line.isspace())
        while chunk := list(islice(numbered, BATCH_RECORDS)):
            numbers, lines = zip(*chunk, strict=True)
            yield _table(list(numbers), [line.rstrip("\r\n") for line in lines])


def _document(
    con: duckdb.DuckDBPyConnection, file: DataFile, records: str | None
) -> Iterator[pa.Table]:
    parameters: dict[str, object] = {"path": str(file.path)}
    query = _ITEMS
    if records is not None or _first_mark(file) != "[":
        parameters["most"] = max(_LEAST_BUFFER, file.path.stat().st_size + 1)
        _refuse_without_list(con, file, records, parameters)
        parameters["pointer"] = _pointer(records or "")
        query = _ITEMS_WITHIN
    with con.cursor() as reading:
        try:
            batches = reading.execute(query, parameters).to_arrow_reader(BATCH_RECORDS)
            yield from (pa.Table.from_batches([batch]) for batch in batches if batch.num_rows)
        except duckdb.Error as error:
            raise _unreadable(file, error) from error


_DOCUMENT = "read_json_objects($path, format = 'unstructured', maximum_object_size = $most)"
_ITEMS = (
    "SELECT row_number() OVER () AS line, CAST(json AS VARCHAR) AS text "
    "FROM read_json_objects($path, format = 'array')"
)
_ITEMS_WITHIN = (
    "SELECT row_number() OVER () AS line, text FROM (SELECT "
    "CAST(unnest(CAST(json_extract(json, $pointer) AS JSON[])) AS VARCHAR) AS text "
    f"FROM {_DOCUMENT})"
)


def _refuse_without_list(
    con: duckdb.DuckDBPyConnection,
    file: DataFile,
    records: str | None,
    parameters: dict[str, object],
) -> None:
    with con.cursor() as reading:
        try:
            row = reading.execute(
                f"SELECT CAST(json_structure(json) AS VARCHAR) FROM {_DOCUMENT}", parameters
            ).fetchone()
        except duckdb.Error as error:
            raise _unreadable(file, error) from error
    lists = list(lists_within(row[0] if row else "{}"))
    if records in lists:
        return
    if records is not None:
        raise file.refuse(f"has no list {records!r}. {nearest(records, lists)}")
    example = lists[0] if lists else "data.orders"
    raise file.refuse(
        "is no list of records; name the list inside it that holds them, as in "
        f'records = "{example}"'
    )


def _pointer(name: str) -> str:
    return "".join(map(key_pointer, name.split(".")))


def _first_mark(file: DataFile) -> str:
    with open_text(file, encoding="utf-8") as text:
        while mark := text.read(1):
            if not mark.isspace():
                return mark
    raise file.refuse("is empty")


def _unreadable(file: DataFile, error: Exception) -> SourceError:
    detail = str(error).partition("\n")[0].rpartition(", at ")[2].strip()
    return file.refuse(f"is no readable JSON document: at {detail}")


def _table(numbers: list[int], texts: list[str]) -> pa.Table:
    return pa.table({"line": pa.array(numbers, pa.int64()), "text": pa.array(texts, pa.string())})
