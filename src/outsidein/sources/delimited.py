"""Spools CSV files: fast if a file is clean, otherwise line by line.

PyArrow reads a complete file or refuses it. A sentinel row appended to the file shows whether a
quote was left open. A file that is not clean is read again by Python's csv module, which knows the
line of each row. Both give the same texts.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from outsidein.sources.csv_fallback import read_csv_by_line
from outsidein.sources.declaration import Source
from outsidein.sources.decoding import BLOCK_BYTES, Utf8Stream
from outsidein.sources.files import DataFile
from outsidein.sources.header import CsvHeader
from outsidein.sources.progress import Advance
from outsidein.sources.spool import PartWriter, RejectWriter, SpooledPart

END = "outsideinend"
ARROW_BLOCK_BYTES = 4 << 20


class _UncleanFileError(Exception):
    """The file needs the line-by-line reader."""


def spool_csv(
    file: DataFile,
    source: Source,
    header: CsvHeader,
    *,
    columns: Sequence[str],
    path: Path,
    rejects: RejectWriter,
    is_numbered: bool,
    advance: Advance,
) -> SpooledPart:
    """Spool columns of one CSV file as text, in the order of its lines.

    Empty lines are skipped. Rows with too few or too many columns, or with a quote left
    open at the end of the file, are rejected.

    Args:
        file: The file.
        source: How it is written.
        header: What `read_header` found in it.
        columns: Columns to keep; the others are never converted.
        path: Where the spooled part goes.
        rejects: Takes the rows turned away.
        is_numbered: Whether the part gives the line of each row.
        advance: Told how many rows were read, each time.

    Raises:
        SourceError: A byte is not of the declared encoding.
    """
    if header.is_plain:
        try:
            return _spool_clean(
                file,
                source,
                header,
                columns=columns,
                path=path,
                is_numbered=is_numbered,
                advance=advance,
            )
        except (pa.ArrowInvalid, _UncleanFileError):
            pass
    with PartWriter(file, path, width=len(columns)) as writer:
        for rows in read_csv_by_line(file, source, header, columns=columns, rejects=rejects):
            writer.write(rows.columns, rows.lines)
            advance(len(rows.lines))
    return writer.part()


def _spool_clean(
    file: DataFile,
    source: Source,
    header: CsvHeader,
    *,
    columns: Sequence[str],
    path: Path,
    is_numbered: bool,
    advance: Advance,
) -> SpooledPart:
    tail = header.separator.join([END] * len(header.columns)) + "\n"
    stream = Utf8Stream(file, encoding=source.encoding, tail=tail.encode())
    line = header.lines + 1
    with (
        io.BufferedReader(stream, BLOCK_BYTES) as buffer,
        PartWriter(file, path, width=len(columns)) as writer,
    ):
        for _ in range(header.lines):
            buffer.readline()
        for batch in _without_last_row(_batches(buffer, source, header, columns)):
            writer.write(batch.columns, _lines(line, batch.num_rows, is_numbered=is_numbered))
            line += batch.num_rows
            advance(batch.num_rows)
    if stream.has_nul or (is_numbered and stream.line_ends != line):
        raise _UncleanFileError
    return writer.part()


def _lines(first: int, rows: int, *, is_numbered: bool) -> pa.Array:
    if not is_numbered:
        return pa.nulls(rows, pa.int64())
    return pa.array(np.arange(first, first + rows, dtype=np.int64))


def _batches(
    stream: io.BufferedIOBase, source: Source, header: CsvHeader, columns: Sequence[str]
) -> pc.CSVStreamingReader:
    return pc.open_csv(
        stream,
        read_options=pc.ReadOptions(
            column_names=list(header.columns), block_size=ARROW_BLOCK_BYTES
        ),
        parse_options=pc.ParseOptions(
            delimiter=header.separator, quote_char=source.quote or False, newlines_in_values=True
        ),
        convert_options=pc.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            include_columns=list(columns),
            null_values=["", *source.null_values],
            strings_can_be_null=True,
            check_utf8=False,
        ),
    )


def _without_last_row(batches: pc.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    """Yield all rows but the last, which must be the sentinel."""
    previous: pa.RecordBatch | None = None
    for batch in batches:
        if batch.num_rows == 0:
            continue
        if previous is not None:
            yield previous
        previous = batch
    if previous is None or any(column[-1].as_py() != END for column in previous.columns):
        raise _UncleanFileError
    yield previous.slice(0, previous.num_rows - 1)
