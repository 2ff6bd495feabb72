"""Hand-coded samples, for training and evaluating coders."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.text.declaration import SampleSource
from outsidein.text.masked_texts import single_chunk
from outsidein.text.masking import mask
from outsidein.text.tokens import Codes, fold_accents

Floats = NDArray[np.float64]

FOLDS = 5
FEWEST_EACH = 10
"""Fewest texts of a code; rarer codes are left out."""

TIED = -1

CODINGS = pa.schema(
    {
        "text_id": pa.string(),
        "text": pa.string(),
        "code": pa.string(),
        "votes": pa.int64(),
        "rating": pa.float64(),
    }
)
"""One row per text and code given to it.

`votes` counts who did (count), `rating` is the writer's rating (0 to 1, null where
missing).
"""


@dataclass(frozen=True, slots=True, eq=False)
class HandCodedSample:
    """Hand-coded texts, in the order of their ids.

    Attributes:
        language: ISO 639-1 code of all texts.
        codes: In alphabetical order.
        texts: One per text.
        votes: Share of the votes of each text that each code had (texts by codes, 0 to 1).
        ratings: The writers' ratings (0 to 1), NaN where missing.
        fold: Cross-validation fold of each text; texts with the same words share one.
    """

    language: str
    codes: tuple[str, ...]
    texts: pa.Array
    votes: Floats
    ratings: Floats
    fold: Codes

    @property
    def truth(self) -> Codes:
        """One per text: the code with most votes, `TIED` if two have equally many."""
        best = self.votes.argmax(axis=1)
        is_tied = (self.votes == self.votes.max(axis=1, keepdims=True)).sum(axis=1) > 1
        return np.where(is_tied, TIED, best)


def read_declared_sample(source: SampleSource, table: ir.Table) -> HandCodedSample:
    """Read a declared sample and group its codings by masked text.

    Args:
        source: The declaration.
        table: The declared source: one row per text and code, or without a code.

    Raises:
        TooLittleData: Fewer than two codes were given often enough.
    """
    votes = table[source.votes] if source.votes else ibis.literal(1)
    rating = ibis.null("float64")
    if source.rating:
        raw_rating = table[source.rating].cast("float64")
        rating = (raw_rating - source.rating_low) / (source.rating_high - source.rating_low)
    chosen = table.select(
        text_id=table[source.text_id].cast("string"),
        text=table[source.text].cast("string"),
        code=table[source.code].cast("string"),
        votes=votes.cast("int64").fill_null(0),
        rating=rating,
    )
    coded = chosen.filter(chosen.code.notnull() & (chosen.votes > 0)).to_pyarrow().cast(CODINGS)
    distinct = single_chunk(coded["text"]).dictionary_encode()
    texts = mask(distinct.dictionary).take(distinct.indices)
    return sample_from_codings(coded.set_column(1, "text", texts), language=source.language)


def sample_from_codings(codings: pa.Table, *, language: str) -> HandCodedSample:
    """Group codings by text.

    Codes that lead on fewer than ten texts are left out, with their votes; so are texts left
    without a vote.

    Args:
        codings: `CODINGS`, in any order.
        language: ISO 639-1 code.

    Raises:
        TooLittleData: Fewer than two codes are left.
    """
    rows = codings.select(CODINGS.names).cast(CODINGS)
    rows = rows.filter(pc.and_(pc.greater(rows["votes"], 0), pc.is_valid(rows["text"])))
    rows = rows.sort_by([(name, "ascending") for name in CODINGS.names])
    while True:
        sample = _sample_from_rows(rows, language)
        leading = np.bincount(sample.truth[sample.truth != TIED], minlength=len(sample.codes))
        kept = [code for code, n in zip(sample.codes, leading, strict=True) if n >= FEWEST_EACH]
        if len(kept) < 2:  # noqa: PLR2004  a classifier needs two
            raise TooLittleData(len(kept), needed=2, of=f"codes given {FEWEST_EACH} times or more")
        if len(kept) == len(sample.codes):
            return sample
        rows = rows.filter(pc.is_in(rows["code"], pa.array(kept)))


def _sample_from_rows(rows: pa.Table, language: str) -> HandCodedSample:
    names, code = np.unique(rows["code"].to_numpy(zero_copy_only=False), return_inverse=True)
    ids, first, text = np.unique(
        rows["text_id"].to_numpy(zero_copy_only=False), return_index=True, return_inverse=True
    )
    votes = np.zeros((len(ids), len(names)))
    np.add.at(votes, (text, code), rows["votes"].to_numpy())
    texts = rows["text"].combine_chunks().take(pa.array(first))
    ratings = rows["rating"].to_numpy(zero_copy_only=False)[first].astype(np.float64)
    codes = tuple(str(name) for name in names)
    votes = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
    fold_of = _folds(texts, votes.argmax(axis=1) if len(names) else np.zeros(0, dtype=np.int64))
    return HandCodedSample(language, codes, texts, votes, ratings, fold_of)


def _folds(texts: pa.Array, code: Codes) -> Codes:
    """Assign the distinct texts of each code to the folds in turn."""
    words = fold_accents(texts).to_numpy(zero_copy_only=False).astype(str)
    distinct, first, place = np.unique(words, return_index=True, return_inverse=True)
    order = np.lexsort((distinct, code[first]))
    dealt = np.empty(len(distinct), dtype=np.int64)
    dealt[order] = np.arange(len(distinct)) % FOLDS
    return dealt[place]
