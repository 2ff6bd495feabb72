"""Texts as coded signals: one more signal for every factor a text speaks of."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import read_table
from outsidein.tables.snapshot_files import write_declared
from outsidein.text.aspects import mentions
from outsidein.text.learning import Learned, ratings_of
from outsidein.text.reading import BATCH, one_piece
from outsidein.text.tables import CODED_SIGNALS, TEXTS
from outsidein.text.themes import NO_THEME
from outsidein.text.tokens import Codes, tokenise

VERSION = 1
"""Of the way seed terms are looked for; raise it with any change of what they find."""

CODER = f"terms-{VERSION}"
MENTION = "mention"
MARK = "#"
"""Between the id of a text and the factor it speaks of."""


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """The tables `texts` and `coded_signals`."""

    texts: ir.Table
    signals: ir.Table


def code_texts(
    backend: Backend, said: Path, learned: Learned, *, folder: Path, spool: Path
) -> CodedTexts:
    """Code every text, in batches, and write what was found.

    A coded signal keeps who, when, where and the kind of the signal it comes from. Its `factor` is
    the one named, its `score` the polarity (0 to 1), its `text` the masked clause, its `coder`
    the seed terms and their version; its `signal_id` is the text's, "#" and the factor; its
    `confidence` the share of hand-coded texts naming the factor that people coded so, null where
    nobody did.

    Args:
        backend: The engine.
        said: Where `outsidein.text.reading.read_said` wrote, with `customer_id`.
        learned: As by `outsidein.text.learning.learn`.
        folder: Where `texts.parquet` and `coded_signals.parquet` are written, in key order.
        spool: Where batches are kept until then.

    Returns:
        The tables as they lie in the folder.
    """
    tables = (TEXTS, CODED_SIGNALS)
    paths = [spool / f"{table.name}.batches.parquet" for table in tables]
    schemas = [ibis.schema(table.all_columns).to_pyarrow() for table in tables]
    with ExitStack() as files:
        writers = [
            files.enter_context(pq.ParquetWriter(path, schema))
            for path, schema in zip(paths, schemas, strict=True)
        ]
        for batch in pq.ParquetFile(said).iter_batches(BATCH):
            coded = _coded(pa.Table.from_batches([batch]), learned)
            for writer, rows in zip(writers, coded, strict=True):
                writer.write_table(rows.select(writer.schema.names).cast(writer.schema))
    texts, signals = (
        write_declared(backend, table, read_table(backend, path), folder)
        for table, path in zip(tables, paths, strict=True)
    )
    return CodedTexts(texts, signals)


def _coded(batch: pa.Table, learned: Learned) -> tuple[pa.Table, pa.Table]:
    texts, language = one_piece(batch["text"]), one_piece(batch["language"])
    read = _Read(len(texts))
    coded = [
        _of_language(batch, texts, rows, language=name, learned=learned, read=read)
        for name, rows in _by_language(language, learned)
    ]
    table = batch.select(["source", "signal_id", "customer_id", "signalled_at", "is_late"])
    table = table.append_column("language", language).append_column("polarity", read.polarity())
    table = table.append_column("theme", read.theme()).append_column("code", read.code())
    found = [each for each in coded if each is not None]
    empty = batch.slice(0, 0)
    return table.append_column("text", texts), pa.concat_tables([empty, *found])


class _Read:
    """What is found out about the texts of a batch, filled in language by language."""

    def __init__(self, texts: int) -> None:
        self.polarities = np.full(texts, np.nan)
        self.themes = np.full(texts, NO_THEME)
        self.codes = np.full(texts, None, dtype=object)

    def polarity(self) -> pa.Array:
        return pa.array(self.polarities, from_pandas=True)

    def theme(self) -> pa.Array:
        return pa.array(self.themes, mask=self.themes == NO_THEME)

    def code(self) -> pa.Array:
        return pa.array(self.codes, pa.string())


def _by_language(language: pa.Array, learned: Learned) -> Iterator[tuple[str, Codes]]:
    for name in learned.languages:
        rows = np.flatnonzero(pc.equal(language, name).to_numpy(zero_copy_only=False))
        if len(rows):
            yield name, rows


def _of_language(
    batch: pa.Table, texts: pa.Array, rows: Codes, *, language: str, learned: Learned, read: _Read
) -> pa.Table | None:
    theirs = texts.take(pa.array(rows))
    if language in learned.themes:
        read.themes[rows] = learned.themes[language].of(theirs)
    tokens = tokenise(theirs)
    if taught := learned.taught_in(language):
        ratings, codes = ratings_of(batch["rating"])[rows], taught.coder.codes
        read.codes[rows] = np.array(codes, dtype=object)[taught.coder.code(tokens, ratings)]
    polarity, terms = learned.polarity.get(language), learned.terms.get(language)
    if polarity is None:
        return None
    read.polarities[rows] = polarity.of_texts(theirs, tokens)
    if terms is None:
        return None
    sure = {factor: learned.confidence(language, factor) for factor in terms.factors}
    found = mentions(theirs, tokens, terms, polarity)
    origin = batch.take(pa.array(rows[found["text"].to_numpy()]))
    return _signals(origin, found, language=language, sure=sure)


def _signals(
    origin: pa.Table, found: pa.Table, *, language: str, sure: Mapping[str, float | None]
) -> pa.Table:
    """Turn the signals that mentions come from into the mentions' own."""
    n = found.num_rows
    ids = pc.binary_join_element_wise(origin["signal_id"], found["factor"], MARK)
    new = {
        "signal_id": ids,
        "item": pa.array([MENTION] * n),
        "factor": found["factor"],
        "level": pa.array(["factor"] * n),
        "score": found["score"],
        "scale_low": pa.array(np.zeros(n)),
        "scale_high": pa.array(np.ones(n)),
        "text": found["clause"],
        "language": pa.array([language] * n),
        "coder": pa.array([CODER] * n),
        "confidence": pa.array([sure[f] for f in found["factor"].to_pylist()], pa.float64()),
    }
    for name, column in new.items():
        place = origin.schema.get_field_index(name)
        origin = origin.set_column(place, name, column.cast(origin.schema.field(name).type))
    return origin
