"""A sample that people coded by hand: from it coders learn, and are judged."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.text.declaration import SampleSource
from outsidein.text.masking import mask
from outsidein.text.reading import one_piece
from outsidein.text.tokens import Codes, fold

Floats = NDArray[np.float64]

FOLDS = 5
FEWEST_EACH = 10
"""Texts that a code needs to be learned and judged; others are left out."""

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
"""One row per text and code that somebody gave it.

`votes` counts who did (count), `rating` is what the writer rated beside the text (0 to 1, null
where nothing).
"""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Hand-coded texts, in the order of their ids.

    Attributes:
        language: ISO 639-1 code of all texts.
        codes: In alphabetical order.
        texts: One per text.
        votes: Share of the votes of each text that each code had (texts by codes, 0 to 1).
        ratings: What the writers rated (0 to 1), NaN where nothing.
        fold: Which fifth each text is judged in; texts with the same words share one.
    """

    language: str
    codes: tuple[str, ...]
    texts: pa.Array
    votes: Floats
    ratings: Floats
    fold: Codes

    @property
    def truth(self) -> Codes:
        """One per text: the code with most votes, `TIED` where two have as many."""
        best = self.votes.argmax(axis=1)
        is_tied = (self.votes == self.votes.max(axis=1, keepdims=True)).sum(axis=1) > 1
        return np.where(is_tied, TIED, best)


def sample_of(source: SampleSource, table: ir.Table) -> Sample:
    """Read a declared sample and gather its codings by text, masked.

    Args:
        source: As declared.
        table: What it names: one row per text and code, or without a code.

    Raises:
        TooLittleData: Fewer than two codes were given often enough.
    """
    votes = table[source.votes] if source.votes else ibis.literal(1)
    rating = ibis.null("float64")
    if source.rating:
        given = table[source.rating].cast("float64")
        rating = (given - source.rating_low) / (source.rating_high - source.rating_low)
    chosen = table.select(
        text_id=table[source.text_id].cast("string"),
        text=table[source.text].cast("string"),
        code=table[source.code].cast("string"),
        votes=votes.cast("int64").fill_null(0),
        rating=rating,
    )
    coded = chosen.filter(chosen.code.notnull() & (chosen.votes > 0)).to_pyarrow().cast(CODINGS)
    distinct = one_piece(coded["text"]).dictionary_encode()
    texts = mask(distinct.dictionary).take(distinct.indices)
    return read_sample(coded.set_column(1, "text", texts), language=source.language)


def read_sample(codings: pa.Table, *, language: str) -> Sample:
    """Gather codings by text.

    Codes that lead on fewer than ten texts are left out, with their votes; so are texts left
    without a vote.

    Args:
        codings: `CODINGS`, in any order.
        language: ISO 639-1 code.

    Raises:
        TooLittleData: Fewer than two codes are left.
    """
    given = codings.select(CODINGS.names).cast(CODINGS)
    given = given.filter(pc.and_(pc.greater(given["votes"], 0), pc.is_valid(given["text"])))
    given = given.sort_by([(name, "ascending") for name in CODINGS.names])
    while True:
        sample = _gathered(given, language)
        led = np.bincount(sample.truth[sample.truth != TIED], minlength=len(sample.codes))
        kept = [code for code, n in zip(sample.codes, led, strict=True) if n >= FEWEST_EACH]
        if len(kept) < 2:  # noqa: PLR2004  a coder tells at least two apart
            raise TooLittleData(len(kept), needed=2, of=f"codes given {FEWEST_EACH} times or more")
        if len(kept) == len(sample.codes):
            return sample
        given = given.filter(pc.is_in(given["code"], pa.array(kept)))


def _gathered(given: pa.Table, language: str) -> Sample:
    names, code = np.unique(given["code"].to_numpy(zero_copy_only=False), return_inverse=True)
    ids, first, text = np.unique(
        given["text_id"].to_numpy(zero_copy_only=False), return_index=True, return_inverse=True
    )
    votes = np.zeros((len(ids), len(names)))
    np.add.at(votes, (text, code), given["votes"].to_numpy())
    texts = given["text"].combine_chunks().take(pa.array(first))
    ratings = given["rating"].to_numpy(zero_copy_only=False)[first].astype(np.float64)
    codes = tuple(str(name) for name in names)
    votes = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
    fold_of = _folds(texts, votes.argmax(axis=1) if len(names) else np.zeros(0, dtype=np.int64))
    return Sample(language, codes, texts, votes, ratings, fold_of)


def _folds(texts: pa.Array, code: Codes) -> Codes:
    """Deal the distinct texts of each code to the folds in turn."""
    words = fold(texts).to_numpy(zero_copy_only=False).astype(str)
    distinct, first, place = np.unique(words, return_index=True, return_inverse=True)
    order = np.lexsort((distinct, code[first]))
    dealt = np.empty(len(distinct), dtype=np.int64)
    dealt[order] = np.arange(len(distinct)) % FOLDS
    return dealt[place]
