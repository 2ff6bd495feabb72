"""Texts as coded signals: one more signal for every factor a text speaks of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.lake.engine import read_table, write_table
from outsidein.text.aspects import mentions
from outsidein.text.learning import Learned, ratings_of
from outsidein.text.reading import BATCH, one_piece
from outsidein.text.themes import NO_THEME
from outsidein.text.tokens import Codes, tokenise

VERSION = 1
"""Of the way seed terms are looked for; raise it with any change of what they find."""

CODER = f"terms-{VERSION}"
MENTION = "mention"
MARK = "#"
"""Between the id of a text and the factor it speaks of."""

TEXTS = pa.schema(
    {
        "source": pa.string(),
        "signal_id": pa.string(),
        "customer_id": pa.string(),
        "signalled_at": pa.timestamp("us", "UTC"),
        "is_late": pa.bool_(),
        "language": pa.string(),
        "polarity": pa.float64(),
        "theme": pa.int64(),
        "code": pa.string(),
        "text": pa.string(),
    }
)
"""One row per signal with a text.

`language` is an ISO 639-1 code or "unknown"; `polarity` is from 0, blame, to 1, praise, and null in
languages without any; `theme` numbers the themes of the language, null where none is strong; `code`
is what a coder taught by a hand-coded sample gives, null in languages without one; `text` is
masked.
"""


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """Tables that coding wrote: `TEXTS`, and signals with the columns of those they come from."""

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
    key = ["source", "signal_id"]
    file = pq.ParquetFile(said)
    columns = [field for field in file.schema_arrow if field.name not in ("rating", "is_late")]
    schema = pa.schema(columns)
    paths = spool / "texts.coded.parquet", spool / "signals.coded.parquet"
    with pq.ParquetWriter(paths[0], TEXTS) as texts, pq.ParquetWriter(paths[1], schema) as signals:
        for batch in file.iter_batches(BATCH):
            read, coded = _coded(pa.Table.from_batches([batch]), learned)
            texts.write_table(read)
            signals.write_table(coded.select(schema.names).cast(schema))
    tables = (read_table(backend, path) for path in paths)
    names = ("texts.parquet", "coded_signals.parquet")
    written = [
        write_table(backend, table, folder / name, key=key)
        for table, name in zip(tables, names, strict=True)
    ]
    return CodedTexts(*written)


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
    return table.append_column("text", texts).cast(TEXTS), pa.concat_tables([empty, *found])


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
