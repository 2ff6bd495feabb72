"""Themes: topics of texts, found without supervision, and which are new."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from outsidein.errors import TooLittleData
from outsidein.text.lexicon import FUNCTION_WORDS
from outsidein.text.tokens import Codes, fold_accents

if TYPE_CHECKING:  # slow to import
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

FEWEST_TEXTS = 200
"""Fewest distinct texts to find themes."""

FEWEST_WITH_WORD = 10
"""A word in fewer texts is dropped: it might identify its writer."""

MOST_TEXTS = 20_000
MOST_STEPS = 200
TOO_FREQUENT = 0.5
WORDS_SHOWN = 4
WORD = r"[^\W\d_]{3,}"
NO_THEME = -1

FAINT = 1e-3
"""Weight up to which a text has no theme."""


@dataclass(frozen=True, slots=True, eq=False)
class Themes:
    """Themes of one language.

    Attributes:
        language: ISO 639-1 code.
        names: The heaviest words of each, folded.
    """

    language: str
    names: tuple[str, ...]
    counts: "TfidfVectorizer"
    parts: "NMF"

    def of(self, texts: pa.Array) -> Codes:
        """Return the number of each text's strongest theme, or `NO_THEME`."""
        matrix = self.counts.transform(_words(texts))
        if not matrix.shape[0]:
            return np.zeros(0, dtype=np.int64)
        with threadpool_limits(limits=1):
            weights = np.asarray(self.parts.transform(matrix))
        return np.where(weights.max(axis=1) > FAINT, weights.argmax(axis=1), NO_THEME)


def find_themes(
    texts: pa.Array, is_late: NDArray[np.bool_], *, language: str, themes: int = 12
) -> Themes:
    """Find the themes of texts.

    Non-negative matrix factorisation of the tf-idf of distinct texts, from a fixed start, so that
    the same texts give the same themes in any order. Late and earlier texts are balanced where
    there are enough, so that emerging themes are found too.

    Args:
        texts: Masked, of one language.
        is_late: One per text: whether it is of the latest period.
        language: ISO 639-1 code.
        themes: Number of themes (count).

    Raises:
        TooLittleData: There are fewer than 200 distinct texts, or too few words that recur.
    """
    from sklearn.decomposition import NMF  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    training_texts = _balanced(np.array(_words(texts), dtype=str), is_late)
    if len(training_texts) < FEWEST_TEXTS:
        raise TooLittleData(len(training_texts), needed=FEWEST_TEXTS, of="distinct texts")
    counts = TfidfVectorizer(
        min_df=FEWEST_WITH_WORD,
        max_df=TOO_FREQUENT,
        stop_words=sorted(FUNCTION_WORDS),
        token_pattern=WORD,
        sublinear_tf=True,
    )
    try:
        matrix = counts.fit_transform(training_texts)
    except ValueError as error:  # scikit-learn raises this if no word is left
        raise TooLittleData(0, needed=themes, of="words that recur") from error
    if matrix.shape[1] < themes:
        raise TooLittleData(matrix.shape[1], needed=themes, of="words that recur")
    parts = NMF(themes, init="nndsvda", random_state=0, max_iter=MOST_STEPS, tol=1e-4)
    with threadpool_limits(limits=1):
        parts.fit(matrix)
    return Themes(
        language, _names(parts.components_, counts.get_feature_names_out()), counts, parts
    )


def _words(texts: pa.Array) -> list[str]:
    return [text or "" for text in fold_accents(texts.cast(pa.string())).to_pylist()]


def _balanced(words: NDArray[np.str_], is_late: NDArray[np.bool_]) -> list[str]:
    late, early = np.unique(words[is_late]), np.unique(words[~is_late])
    most = MOST_TEXTS // 2
    if len(late) >= FEWEST_TEXTS:
        most = min(most, len(late))
    parts = [_evenly_spread(each, most) for each in (late, early)]
    return sorted({str(word) for part in parts for word in part})


def _evenly_spread(words: NDArray[np.str_], most: int) -> NDArray[np.str_]:
    """Keep at most `most`, spread evenly over the alphabet."""
    if len(words) <= most:
        return words
    return words[np.linspace(0, len(words) - 1, most).astype(np.int64)]


def _names(parts: NDArray[np.float64], words: NDArray[np.object_]) -> tuple[str, ...]:
    heaviest = np.argsort(-np.round(parts, 6), axis=1, kind="stable")[:, :WORDS_SHOWN]
    return tuple(", ".join(str(words[place]) for place in row) for row in heaviest)
