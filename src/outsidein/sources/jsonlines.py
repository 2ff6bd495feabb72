"""Spools JSON Lines: one object per line, each key a text column."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.lake.sql import literal
from outsidein.sources.declaration import Source
from outsidein.sources.decoding import open_text
from outsidein.sources.files import DataFile
from outsidein.sources.progress import Advance
from outsidein.sources.spool import PartWriter, RejectWriter, SpooledPart, position

BATCH_LINES = 50_000
_CHUNK = "outsidein_json_lines"
_REASONS = {
    "invalid": "is not valid JSON",
    "other": "is not a JSON object",
}


class JsonPart(NamedTuple):
    """A spooled part, and all keys of its file in order of first appearance."""

    part: SpooledPart
    keys: tuple[str, ...]


def spool_jsonl(
    con: duckdb.DuckDBPyConnection,
    file: DataFile,
    source: Source,
    *,
    columns: Sequence[str],
    path: Path,
    rejects: RejectWriter,
    advance: Advance,
) -> JsonPart:
    """Spool the given keys of one JSON Lines file as text, in the order of its lines.

    Nested values are JSON text; numbers are written as DuckDB reads them, so 1.10 becomes
    1.1. A missing key is null. Empty lines are skipped. Lines that are not JSON, or not an
    object, are rejected.

    Raises:
        SourceError: A byte is not of the declared encoding.
    """
    keys: dict[str, None] = {}
    with PartWriter(file, path, width=len(columns)) as writer, con.cursor() as chunk:
        for numbers, texts in _chunks(file, source):
            lines = pa.table({"line": pa.array(numbers, pa.int64()), "text": texts})
            judged = _classified(chunk, lines)
            keys.update(dict.fromkeys(_keys(chunk, judged)))
            _reject_lines(judged, file, rejects)
            objects = _objects(chunk, judged, columns)
            for batch in objects.to_batches():
                writer.write(batch.columns[:-1], batch.columns[-1])
            advance(objects.num_rows)
    return JsonPart(writer.part(), tuple(keys))


def _chunks(file: DataFile, source: Source) -> Iterator[tuple[list[int], list[str]]]:
    with open_text(file, encoding=source.encoding) as text:
        text.reconfigure(newline="\n")
        numbered = ((n, line) for n, line in enumerate(text, start=1) if not line.isspace())
        while chunk := list(islice(numbered, BATCH_LINES)):
            numbers, lines = zip(*chunk, strict=True)
            yield list(numbers), [line.rstrip("\r\n") for line in lines]


def _classified(chunk: duckdb.DuckDBPyConnection, lines: pa.Table) -> pa.Table:
    """The lines, each with its kind: invalid, other or object."""
    return _query(
        chunk,
        lines,
        "SELECT line, text, CASE WHEN NOT json_valid(text) THEN 'invalid' "
        "WHEN json_type(text) <> 'OBJECT' THEN 'other' ELSE 'object' END AS kind "
        f"FROM {_CHUNK}",
    )


def _keys(chunk: duckdb.DuckDBPyConnection, judged: pa.Table) -> list[str]:
    sets = _query(
        chunk,
        judged,
        f"SELECT json_keys(text) AS keys, min(line) AS first FROM {_CHUNK} "
        "WHERE kind = 'object' GROUP BY keys ORDER BY first",
    )
    return [key for keys in sets["keys"].to_pylist() for key in keys]


def _reject_lines(judged: pa.Table, file: DataFile, rejects: RejectWriter) -> None:
    bad = judged.filter(pc.field("kind") != "object")
    for row in bad.to_pylist():
        rejects.add(file.shown, row["line"], None, _REASONS[row["kind"]], row["text"])


def _objects(
    chunk: duckdb.DuckDBPyConnection, judged: pa.Table, columns: Sequence[str]
) -> pa.Table:
    """Extract the values of each object in one parse."""
    pointers = ", ".join(literal(_pointer(name)) for name in columns)
    values = "".join(f"found[{n}] AS {position(n - 1)}, " for n in range(1, len(columns) + 1))
    extracted = f"json_extract_string(text, [{pointers}]::VARCHAR[])" if columns else "NULL"
    return _query(
        chunk,
        judged,
        f"SELECT {values}line FROM (SELECT line, {extracted} AS found FROM {_CHUNK} "
        "WHERE kind = 'object')",
    )


def _query(chunk: duckdb.DuckDBPyConnection, rows: pa.Table, query: str) -> pa.Table:
    chunk.register(_CHUNK, rows)
    result = chunk.execute(query).to_arrow_table()
    chunk.unregister(_CHUNK)
    return result


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")
