"""Samples of large sources: their first and last rows, which show how values are written."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from outsidein.lake.sql import quoted
from outsidein.sources.file_head import HEAD_BYTES, WIDE_ENCODINGS, until_line_end

SAMPLED_ROWS = 10_000
"""From the beginning of a large table or list, and as many from its end (count)."""
_MOST_TRIES = 1_000


class SourceSample(NamedTuple):
    """What to read in place of a source.

    Attributes:
        options: Of the source to read.
        share: Of the whole that it holds (share, estimated); 1 where it is the whole.
    """

    options: Mapping[str, object]
    share: float = 1.0


def sample(options: Mapping[str, object], *, folder: Path, spool: Path) -> SourceSample:
    """Return a source that holds the first and last rows of a large one; the same if small.

    Args:
        options: Of the source.
        folder: The project's folder, to which its path is relative.
        spool: Folder for the sample.
    """
    if options["format"] == "sql":
        return _sample_of_table(options, folder)
    path = folder / str(options["path"])
    if path.stat().st_size <= 2 * HEAD_BYTES:
        return SourceSample(options)
    if options["format"] == "json":
        return _sample_of_document(options, path, spool / "sample.jsonl")
    is_wide = str(options.get("encoding", "")).startswith(WIDE_ENCODINGS)
    if options["format"] in ("csv", "jsonl") and not is_wide:
        return _sample_of_lines(options, path, spool / "sample.txt")
    return SourceSample(options)


def _sample_of_lines(options: Mapping[str, object], path: Path, target: Path) -> SourceSample:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(size - HEAD_BYTES)
        tail = file.read()
    head, tail = until_line_end(head), _after_line_end(tail)
    if not head or not tail:
        return SourceSample(options)
    target.write_bytes(head + tail)
    return SourceSample({**options, "path": str(target)}, (len(head) + len(tail)) / size)


def _after_line_end(tail: bytes) -> bytes:
    """Cut after the first line that ends outside quotes."""
    start = -1
    for _ in range(_MOST_TRIES):
        start = tail.find(b"\n", start + 1)
        if start < 0 or tail.count(b'"', start) % 2 == 0:
            break
    return tail[start + 1 :] if start >= 0 else b""


def _sample_of_document(options: Mapping[str, object], path: Path, target: Path) -> SourceSample:
    records: Any = json.loads(path.read_text("utf-8-sig"))
    for key in filter(None, str(options.get("records", "")).split(".")):
        records = records.get(key) if isinstance(records, dict) else None
    if not isinstance(records, list) or len(records) <= 2 * SAMPLED_ROWS:
        return SourceSample(options)
    ends = (*islice(records, SAMPLED_ROWS), *records[-SAMPLED_ROWS:])
    with target.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in ends)
    others = {name: value for name, value in options.items() if name == "explode"}
    shown = {"format": "jsonl", "path": str(target), **others}
    return SourceSample(shown, len(ends) / len(records))


def _sample_of_table(options: Mapping[str, object], folder: Path) -> SourceSample:
    path = folder / str(options["url"]).removeprefix("sqlite:///")
    table = quoted(str(options["table"]))
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        (rows,) = database.execute(f"select count(*) from {table}").fetchone()
    if rows <= 2 * SAMPLED_ROWS:
        return SourceSample(options)
    query = (
        f"select * from (select * from {table} limit {SAMPLED_ROWS}) union all "
        f"select * from (select * from {table} limit {SAMPLED_ROWS} offset {rows - SAMPLED_ROWS})"
    )
    others = {name: value for name, value in options.items() if name != "table"}
    return SourceSample({**others, "query": query}, 2 * SAMPLED_ROWS / rows)
