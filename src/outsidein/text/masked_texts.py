"""Masked texts with their language, the input of learning and coding."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

from outsidein.lake.engine import read_table, write_table
from outsidein.text.language import identify_languages
from outsidein.text.masking import mask

BATCH = 50_000


def texts_with_ratings(signals: ir.Table, *, late_from: datetime) -> ir.Table:
    """Return the signals that have a text, with the rating scaled to 0 to 1.

    Returns:
        One row per signal with a text: its columns, `rating` (null where missing) and
        `is_late` (whether it came at `late_from` or after).
    """
    texts = signals.filter(signals.text.notnull() & (signals.kind != "inferred"))
    width = texts.scale_high - texts.scale_low
    rating = ((texts.score - texts.scale_low) / width.nullif(0.0)).round(6)
    return texts.mutate(rating=rating, is_late=texts.signalled_at >= ibis.literal(late_from))


def mask_texts(backend: BaseBackend, texts: ir.Table, among: Sequence[str], *, spool: Path) -> Path:
    """Mask every text and identify its language if its source does not name it, in batches.

    Args:
        backend: The engine.
        texts: From `texts_with_ratings`.
        among: Languages to identify (ISO 639-1), the usual one first.
        spool: Folder to write to.

    Returns:
        Path of the table: one row per text, in the order of source and id.
    """
    spool.mkdir(parents=True, exist_ok=True)
    raw, masked = spool / "said.parquet", spool / "said.masked.parquet"
    write_table(backend, texts, raw, key=["source", "signal_id"])
    schema = texts.schema().to_pyarrow()
    with pq.ParquetWriter(masked, schema, compression="snappy") as written:
        for batch in pq.ParquetFile(raw).iter_batches(BATCH):
            written.write_table(_mask_batch(pa.Table.from_batches([batch]), among).cast(schema))
    raw.unlink()
    return masked


def read_masked_texts(backend: BaseBackend, path: Path) -> ir.Table:
    """Return the table that `mask_texts` wrote."""
    return read_table(backend, path)


def _mask_batch(batch: pa.Table, among: Sequence[str]) -> pa.Table:
    texts = mask(single_chunk(batch["text"]))
    language = fill_languages(texts, single_chunk(batch["language"]), among)
    for name, column in (("text", texts), ("language", language)):
        batch = batch.set_column(batch.schema.get_field_index(name), name, column)
    return batch


def fill_languages(texts: pa.Array, named: pa.Array, among: Sequence[str]) -> pa.Array:
    """Fill missing languages by identifying them from the texts."""
    is_open = pc.is_null(named)
    identified = identify_languages(texts.filter(is_open), among=among, usual=among[0])
    return pc.replace_with_mask(named.cast(pa.string()), is_open, identified)


def single_chunk(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one chunk."""
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
