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
"""Letters of a word that are used; longer words are rare."""


def word_counts(tokens: Tokens, vocabulary: pa.Array | None = None) -> tuple[pa.Array, csr_matrix]:
    """Count the words and the pairs of neighbouring words of each text.

    Args:
        tokens: Tokenised texts.
        vocabulary: Words, and pairs joined by a space; by default all that occur.

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
    place, vocabulary = _vocabulary_places(names, vocabulary)
    of = np.concatenate([place[tokens.word], place[len(words) + pair]])
    return vocabulary, _count_matrix(
        np.concatenate([text, text[has]]), of, tokens.texts, vocabulary
    )


def run_counts(tokens: Tokens, vocabulary: pa.Array | None = None) -> tuple[pa.Array, csr_matrix]:
    """Count the runs of two to four letters within the words of each text.

    A text's runs are those of its words, so each distinct word is processed once.

    Args:
        tokens: Tokenised texts.
        vocabulary: Runs; by default all that occur.

    Returns:
        The vocabulary, and texts by it (counts), columns in order within each row.

    Example:
        >>> from outsidein.text.tokens import tokenise
        >>> run_counts(tokenise(pa.array(["so"])))[0].to_pylist()
        [' s', ' so', ' so ', 'o ', 'so', 'so ']
    """
    words = pa.array(tokens.words, pa.string())
    runs_by_place = [*_runs(pc.binary_join_element_wise(" ", words, " ", ""))]
    word = np.concatenate([np.empty(0, dtype=np.int64), *(at for at, _ in runs_by_place)])
    runs = pa.concat_arrays([pa.array([], pa.string()), *(run for _, run in runs_by_place)])
    place, vocabulary = _vocabulary_places(runs, vocabulary)
    spelt = _count_matrix(word, place, len(words), vocabulary)
    own = np.ones(len(tokens.word)), (tokens.text_of_token, tokens.word)
    counts = csr_matrix(csr_matrix(own, shape=(tokens.texts, len(words))) @ spelt)
    counts.sort_indices()
    return vocabulary, counts


def _runs(words: pa.Array) -> Iterator[tuple[Codes, pa.Array]]:
    """Yield, for each length and position, the words with such a run, and the runs."""
    length = pc.utf8_length(words).to_numpy(zero_copy_only=False)
    for letters in RUNS:
        for start in range(LONGEST - letters + 1):
            at = np.flatnonzero(length >= start + letters)
            if not len(at):
                break
            yield at, pc.utf8_slice_codeunits(words.take(pa.array(at)), start, start + letters)


def _vocabulary_places(names: pa.Array, vocabulary: pa.Array | None) -> tuple[Codes, pa.Array]:
    """Return the place of each name in the vocabulary, -1 where it is not in it."""
    if vocabulary is None:
        vocabulary = names.unique()
        vocabulary = vocabulary.take(pc.array_sort_indices(vocabulary))
    indices = pc.fill_null(pc.index_in(names, value_set=vocabulary), -1)
    place: Codes = indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return place, vocabulary


def _count_matrix(row: Codes, place: Codes, rows: int, vocabulary: pa.Array) -> csr_matrix:
    is_known = place >= 0
    ones = np.ones(int(is_known.sum()))
    shape = (rows, len(vocabulary))
    counts = csr_matrix((ones, (row[is_known], place[is_known])), shape=shape)
    counts.sum_duplicates()
    return counts


def texts_with(counts: csr_matrix) -> NDArray[np.int64]:
    """Count the texts that contain each word or run."""
    return np.bincount(counts.indices, minlength=counts.shape[1])


def weigh_by_rarity(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """Weight counts by rarity (sublinear tf-idf), with rows of unit length.

    Args:
        counts: Texts by words or runs.
        rarity: One per word or run; 0 to ignore it.

    Returns:
        Rows of length 1, or of length 0 without a weighted word.
    """
    strength = (1 + np.log(counts.data)) * rarity[counts.indices]
    text = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(text, strength * strength, counts.shape[0]))
    strength = strength / np.maximum(length, np.finfo(np.float64).tiny)[text]
    return csr_matrix((strength, counts.indices, counts.indptr), shape=counts.shape)
