"""Texts as they are read: masked, with their language, before anything is learned or coded."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import read_table, write_table
from outsidein.text.language import languages
from outsidein.text.masking import mask

BATCH = 50_000


def said(signals: ir.Table, *, late_from: datetime) -> ir.Table:
    """Return the signals that have a text, with the rating beside it brought to 0 to 1.

    Returns:
        One row per signal with a text: its columns, `rating` (null where nothing was rated) and
        `is_late` (whether it came at `late_from` or after).
    """
    texts = signals.filter(signals.text.notnull() & (signals.kind != "inferred"))
    width = texts.scale_high - texts.scale_low
    rating = ((texts.score - texts.scale_low) / width.nullif(0.0)).round(6)
    return texts.mutate(rating=rating, is_late=texts.signalled_at >= ibis.literal(late_from))


def read_said(backend: Backend, said: ir.Table, among: Sequence[str], *, spool: Path) -> Path:
    """Mask every text and tell its language where its source does not name it, in batches.

    Args:
        backend: The engine.
        said: As by `said`.
        among: Languages to be told apart (ISO 639-1), the usual one first.
        spool: Where to write.

    Returns:
        Where the table lies: one row per row of `said`, in the order of source and id.
    """
    spool.mkdir(parents=True, exist_ok=True)
    raw, read = spool / "said.parquet", spool / "said.masked.parquet"
    write_table(backend, said, raw, key=["source", "signal_id"])
    schema = said.schema().to_pyarrow()
    with pq.ParquetWriter(read, schema, compression="snappy") as written:
        for batch in pq.ParquetFile(raw).iter_batches(BATCH):
            written.write_table(_read(pa.Table.from_batches([batch]), among).cast(schema))
    raw.unlink()
    return read


def said_in(backend: Backend, path: Path) -> ir.Table:
    """Return the table that `read_said` wrote."""
    return read_table(backend, path)


def _read(batch: pa.Table, among: Sequence[str]) -> pa.Table:
    texts = mask(one_piece(batch["text"]))
    told = languages_of(texts, one_piece(batch["language"]), among)
    for name, column in (("text", texts), ("language", told)):
        batch = batch.set_column(batch.schema.get_field_index(name), name, column)
    return batch


def languages_of(texts: pa.Array, given: pa.Array, among: Sequence[str]) -> pa.Array:
    """Take the language a source names, and tell it from the text where it names none."""
    is_open = pc.is_null(given)
    told = languages(texts.filter(is_open), among=among, usual=among[0])
    return pc.replace_with_mask(given.cast(pa.string()), is_open, told)


def one_piece(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
