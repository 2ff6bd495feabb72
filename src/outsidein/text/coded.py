"""Coded texts: a further signal for every factor that a text mentions."""

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
from ibis.backends import BaseBackend

from outsidein.lake.engine import read_table
from outsidein.tables.snapshot_files import write_declared
from outsidein.text.aspects import factor_mentions
from outsidein.text.learning import LearnedTexts, ratings_of
from outsidein.text.masked_texts import BATCH, single_chunk
from outsidein.text.polarity import independent_polarity
from outsidein.text.tables import CODED_SIGNALS, TEXTS
from outsidein.text.themes import NO_THEME
from outsidein.text.tokens import Codes, tokenise

VERSION = 1
"""Version of the search for seed terms; raise it whenever its results change."""

CODER = f"terms-{VERSION}"
MENTION = "mention"
MARK = "#"
"""Separates the id of a text and the factor it mentions."""


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """The tables `texts` and `coded_signals`."""

    texts: ir.Table
    signals: ir.Table


def code_texts(
    backend: BaseBackend, masked: Path, learned: LearnedTexts, *, folder: Path, spool: Path
) -> CodedTexts:
    """Code every text, in batches, and write the results.

    A coded signal keeps who, when, where and the kind of the signal it comes from. Its `factor` is
    the one named, its `score` the polarity (0 to 1), its `text` the masked clause, its `coder`
    the seed terms and their version; its `signal_id` is the text's, "#" and the factor; its
    `confidence` the share of hand-coded texts naming the factor that people coded so, null where
    there is no sample. Its `independent_score` is the polarity by a fixed lexicon where `score` was
    learned from ratings: learned scores cannot explain the ratings that they were learned from.

    Args:
        backend: The engine.
        masked: Path written by `outsidein.text.masked_texts.mask_texts`; includes `customer_id`.
        learned: From `outsidein.text.learning.learn_from_texts`.
        folder: Where `texts.parquet` and `coded_signals.parquet` are written, in key order.
        spool: Folder for intermediate batches.

    Returns:
        The written tables.
    """
    tables = (TEXTS, CODED_SIGNALS)
    paths = [spool / f"{table.name}.batches.parquet" for table in tables]
    schemas = [ibis.schema(table.all_columns).to_pyarrow() for table in tables]
    with ExitStack() as files:
        writers = [
            files.enter_context(pq.ParquetWriter(path, schema))
            for path, schema in zip(paths, schemas, strict=True)
        ]
        for batch in pq.ParquetFile(masked).iter_batches(BATCH):
            coded = _code_batch(pa.Table.from_batches([batch]), learned)
            for writer, rows in zip(writers, coded, strict=True):
                writer.write_table(rows.select(writer.schema.names).cast(writer.schema))
    texts, signals = (
        write_declared(backend, table, read_table(backend, path), folder)
        for table, path in zip(tables, paths, strict=True)
    )
    return CodedTexts(texts, signals)


def _code_batch(batch: pa.Table, learned: LearnedTexts) -> tuple[pa.Table, pa.Table]:
    texts, language = single_chunk(batch["text"]), single_chunk(batch["language"])
    results = _BatchResults(len(texts))
    coded = [
        _code_language(batch, texts, rows, language=name, learned=learned, read=results)
        for name, rows in _by_language(language, learned)
    ]
    table = batch.select(["source", "signal_id", "customer_id", "signalled_at", "is_late"])
    table = table.append_column("language", language).append_column("polarity", results.polarity())
    table = table.append_column("theme", results.theme()).append_column("code", results.code())
    signals = [each for each in coded if each is not None]
    empty = batch.slice(0, 0).append_column("independent_score", pa.nulls(0, pa.float64()))
    return table.append_column("text", texts), pa.concat_tables([empty, *signals])


class _BatchResults:
    """Results for the texts of a batch, filled language by language."""

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


def _by_language(language: pa.Array, learned: LearnedTexts) -> Iterator[tuple[str, Codes]]:
    for name in learned.languages:
        rows = np.flatnonzero(pc.equal(language, name).to_numpy(zero_copy_only=False))
        if len(rows):
            yield name, rows


def _code_language(
    batch: pa.Table,
    texts: pa.Array,
    rows: Codes,
    *,
    language: str,
    learned: LearnedTexts,
    read: _BatchResults,
) -> pa.Table | None:
    own_texts = texts.take(pa.array(rows))
    if language in learned.themes:
        read.themes[rows] = learned.themes[language].of(own_texts)
    tokens = tokenise(own_texts)
    if trained := learned.taught_in(language):
        ratings, codes = ratings_of(batch["rating"])[rows], trained.coder.codes
        read.codes[rows] = np.array(codes, dtype=object)[trained.coder.code(tokens, ratings)]
    polarity, terms = learned.polarity.get(language), learned.terms.get(language)
    if polarity is None:
        return None
    read.polarities[rows] = polarity.of_texts(own_texts, tokens)
    if terms is None:
        return None
    confidence = {factor: learned.confidence(language, factor) for factor in terms.factors}
    mentioned = factor_mentions(own_texts, tokens, terms, polarity)
    independent = independent_polarity(polarity, language)
    by_lexicon = (
        factor_mentions(own_texts, tokens, terms, independent)["score"]
        if independent
        else pa.nulls(mentioned.num_rows, pa.float64())
    )
    origin = batch.take(pa.array(rows[mentioned["text"].to_numpy()]))
    signals = _mention_signals(origin, mentioned, language=language, confidence=confidence)
    return signals.append_column("independent_score", by_lexicon)


def _mention_signals(
    origin: pa.Table, mentioned: pa.Table, *, language: str, confidence: Mapping[str, float | None]
) -> pa.Table:
    """Turn the original signals into signals of their mentions."""
    n = mentioned.num_rows
    ids = pc.binary_join_element_wise(origin["signal_id"], mentioned["factor"], MARK)
    new = {
        "signal_id": ids,
        "item": pa.array([MENTION] * n),
        "factor": mentioned["factor"],
        "level": pa.array(["factor"] * n),
        "score": mentioned["score"],
        "scale_low": pa.array(np.zeros(n)),
        "scale_high": pa.array(np.ones(n)),
        "text": mentioned["clause"],
        "language": pa.array([language] * n),
        "coder": pa.array([CODER] * n),
        "confidence": pa.array(
            [confidence[f] for f in mentioned["factor"].to_pylist()], pa.float64()
        ),
    }
    for name, column in new.items():
        place = origin.schema.get_field_index(name)
        origin = origin.set_column(place, name, column.cast(origin.schema.field(name).type))
    return origin
