"""Spools JSON: a record gives a row, each value inside it a text column."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.lake.sql import literal
from outsidein.sources.declaration import Source
from outsidein.sources.files import DataFile
from outsidein.sources.json_files import record_chunks
from outsidein.sources.json_paths import column_paths, key_pointer, names_within, without_parents
from outsidein.sources.progress import Advance
from outsidein.sources.spool import PartWriter, RejectWriter, SpooledPart, position

_CHUNK = "outsidein_json_records"
_REASONS = {
    "invalid": "is not valid JSON",
    "other": "is not a JSON object",
}


class JsonPart(NamedTuple):
    """A spooled part, and all columns of its file in order of first appearance."""

    part: SpooledPart
    columns: tuple[str, ...]


def spool_json(
    con: duckdb.DuckDBPyConnection,
    file: DataFile,
    source: Source,
    *,
    columns: Sequence[str],
    path: Path,
    rejects: RejectWriter,
    advance: Advance,
) -> JsonPart:
    """Spool the given columns of one file of JSON records as text, in the order of the records.

    A value inside an object is a column named by the keys on the way to it, as in
    `customer.email`. Lists, and objects that are named themselves, are JSON text; numbers
    are written as DuckDB reads them, so 1.10 becomes 1.1. A missing key is null. With
    `explode` each item of that list gives a row, in place of the list; a record without
    items gives one row. Records that are not valid JSON, or not an object, are rejected.

    Raises:
        SourceError: The file is no JSON document, or a byte is not of its encoding.
    """
    names: dict[str, None] = {}
    with PartWriter(file, path, width=len(columns)) as writer, con.cursor() as chunk:
        for records in record_chunks(con, file, source):
            classified = _classified(chunk, records)
            _reject_others(classified, file, rejects)
            rows = _exploded(chunk, classified.filter(pc.field("kind") == "object"), source)
            names.update(dict.fromkeys(_names(chunk, rows)))
            values = _values(chunk, rows, columns)
            for batch in values.to_batches():
                writer.write(batch.columns[:-1], batch.columns[-1])
            advance(values.num_rows)
    return JsonPart(writer.part(), without_parents(names, columns))


def _classified(chunk: duckdb.DuckDBPyConnection, records: pa.Table) -> pa.Table:
    """The records, each with its kind: invalid, other or object."""
    return _query(
        chunk,
        records,
        "SELECT line, text, CASE WHEN NOT json_valid(text) THEN 'invalid' "
        "WHEN json_type(text) <> 'OBJECT' THEN 'other' ELSE 'object' END AS kind "
        f"FROM {_CHUNK}",
    )


def _reject_others(classified: pa.Table, file: DataFile, rejects: RejectWriter) -> None:
    bad = classified.filter(pc.field("kind") != "object")
    for row in bad.to_pylist():
        rejects.add(file.shown, row["line"], None, _REASONS[row["kind"]], row["text"])


def _exploded(chunk: duckdb.DuckDBPyConnection, records: pa.Table, source: Source) -> pa.Table:
    """One row per item of the list to explode; the item stands where the list stood."""
    if source.explode is None:
        return records
    keys = source.explode.split(".")
    pointer = literal("".join(map(key_pointer, keys)))
    item = "item"
    for key in reversed(keys):
        item = f"json_object({literal(key)}, {item})"
    return _query(
        chunk,
        records,
        "SELECT line, CASE WHEN item IS NULL THEN text ELSE "
        f"CAST(json_merge_patch(text, {item}) AS VARCHAR) END AS text FROM (SELECT line, text, "
        f"unnest(CASE WHEN json_array_length(text, {pointer}) > 0 "
        f"THEN CAST(json_extract(text, {pointer}) AS JSON[]) ELSE [NULL] END) AS item "
        f"FROM {_CHUNK})",
    )


def _names(chunk: duckdb.DuckDBPyConnection, rows: pa.Table) -> list[str]:
    structures = _query(
        chunk,
        rows,
        "SELECT CAST(structure AS VARCHAR) AS structure FROM (SELECT json_structure(text) AS "
        f"structure, row_number() OVER () AS place FROM {_CHUNK}) "
        "GROUP BY structure ORDER BY min(place)",
    )
    return [name for text in structures["structure"].to_pylist() for name in names_within(text)]


def _values(chunk: duckdb.DuckDBPyConnection, rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Extract the values of each record in one parse."""
    paths = [column_paths(name) for name in columns]
    pointers = ", ".join(literal(path) for ways in paths for path in ways)
    values, place = "", 1
    for n, ways in enumerate(paths):
        options = ", ".join(f"texts[{place + way}]" for way in range(len(ways)))
        values += f"coalesce({options}) AS {position(n)}, "
        place += len(ways)
    extracted = f"json_extract_string(text, [{pointers}]::VARCHAR[])" if columns else "NULL"
    return _query(
        chunk,
        rows,
        f"SELECT {values}line FROM (SELECT line, {extracted} AS texts FROM {_CHUNK})",
    )


def _query(chunk: duckdb.DuckDBPyConnection, rows: pa.Table, query: str) -> pa.Table:
    chunk.register(_CHUNK, rows)
    result = chunk.execute(query).to_arrow_table()
    chunk.unregister(_CHUNK)
    return result
