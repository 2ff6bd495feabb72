"""Counts of words, pairs of words and runs of letters in texts, as sparse matrices."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from outsidein.text.sentiment import Floats
from outsidein.text.tokens import Codes, Tokens

RUNS = (2, 3, 4)
"""Letters in a run; the beginning and the end of a word count as one letter, a blank."""

LONGEST = 30
"""Letters of a word that are looked at; hardly a word has more."""


def word_counts(tokens: Tokens, vocabulary: pa.Array | None = None) -> tuple[pa.Array, csr_matrix]:
    """Count the words and the pairs of neighbouring words of each text.

    Args:
        tokens: Texts, cut.
        vocabulary: Words, and pairs with a blank between; all there are when not said.

    Returns:
        The vocabulary, and texts by it (counts), columns in order within each row.

    Example:
        >>> from outsidein.text.tokens import tokenise
        >>> names, counts = word_counts(tokenise(pa.array(["so so late"])))
        >>> dict(zip(names.to_pylist(), counts.toarray()[0].tolist(), strict=True))
        {'late': 1.0, 'so': 2.0, 'so late': 1.0, 'so so': 1.0}
    """
    words = pa.array(tokens.words, pa.string())
    earlier, text = tokens.before(1), tokens.text_of_token
    has = earlier >= 0
    pairs, pair = np.unique(earlier[has] * len(words) + tokens.word[has], return_inverse=True)
    first, second = (words.take(pa.array(x)) for x in np.divmod(pairs, max(len(words), 1)))
    names = pa.concat_arrays([words, pc.binary_join_element_wise(first, second, " ")])
    place, vocabulary = _placed(names, vocabulary)
    of = np.concatenate([place[tokens.word], place[len(words) + pair]])
    return vocabulary, _counted(np.concatenate([text, text[has]]), of, tokens.texts, vocabulary)


def run_counts(tokens: Tokens, vocabulary: pa.Array | None = None) -> tuple[pa.Array, csr_matrix]:
    """Count the runs of two to four letters within the words of each text.

    A text's runs are those of its words, so each distinct word is spelt only once.

    Args:
        tokens: Texts, cut.
        vocabulary: Runs; all there are when not said.

    Returns:
        The vocabulary, and texts by it (counts), columns in order within each row.

    Example:
        >>> from outsidein.text.tokens import tokenise
        >>> run_counts(tokenise(pa.array(["so"])))[0].to_pylist()
        [' s', ' so', ' so ', 'o ', 'so', 'so ']
    """
    words = pa.array(tokens.words, pa.string())
    found = [*_runs(pc.binary_join_element_wise(" ", words, " ", ""))]
    word = np.concatenate([np.empty(0, dtype=np.int64), *(at for at, _ in found)])
    runs = pa.concat_arrays([pa.array([], pa.string()), *(run for _, run in found)])
    place, vocabulary = _placed(runs, vocabulary)
    spelt = _counted(word, place, len(words), vocabulary)
    own = np.ones(len(tokens.word)), (tokens.text_of_token, tokens.word)
    counts = csr_matrix(csr_matrix(own, shape=(tokens.texts, len(words))) @ spelt)
    counts.sort_indices()
    return vocabulary, counts


def _runs(words: pa.Array) -> Iterator[tuple[Codes, pa.Array]]:
    """Yield the words that have a run of a length at a place, and the run."""
    length = pc.utf8_length(words).to_numpy(zero_copy_only=False)
    for letters in RUNS:
        for start in range(LONGEST - letters + 1):
            at = np.flatnonzero(length >= start + letters)
            if not len(at):
                break
            yield at, pc.utf8_slice_codeunits(words.take(pa.array(at)), start, start + letters)


def _placed(names: pa.Array, vocabulary: pa.Array | None) -> tuple[Codes, pa.Array]:
    """Return the place of each name in the vocabulary, -1 where it is not in it."""
    if vocabulary is None:
        vocabulary = names.unique()
        vocabulary = vocabulary.take(pc.array_sort_indices(vocabulary))
    found = pc.fill_null(pc.index_in(names, value_set=vocabulary), -1)
    place: Codes = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return place, vocabulary


def _counted(row: Codes, place: Codes, rows: int, vocabulary: pa.Array) -> csr_matrix:
    is_known = place >= 0
    ones = np.ones(int(is_known.sum()))
    shape = (rows, len(vocabulary))
    counts = csr_matrix((ones, (row[is_known], place[is_known])), shape=shape)
    counts.sum_duplicates()
    return counts


def texts_with(counts: csr_matrix) -> NDArray[np.int64]:
    """Count the texts that hold each word or run."""
    return np.bincount(counts.indices, minlength=counts.shape[1])


def weighed(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """Weigh counts by rarity, more of the same counting less and less, texts alike in length.

    Args:
        counts: Texts by words or runs.
        rarity: One per word or run; 0 for those that shall not count.

    Returns:
        Rows of length 1, of length 0 where nothing counts.
    """
    strength = (1 + np.log(counts.data)) * rarity[counts.indices]
    text = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(text, strength * strength, counts.shape[0]))
    strength = strength / np.maximum(length, np.finfo(np.float64).tiny)[text]
    return csr_matrix((strength, counts.indices, counts.indptr), shape=counts.shape)
