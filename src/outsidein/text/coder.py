"""A coder that learns people's codes from a hand-coded sample, and how often it errs."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from threadpoolctl import threadpool_limits

from outsidein.text.counts import run_counts, texts_with, weighed, word_counts
from outsidein.text.sample import FOLDS, TIED, Sample
from outsidein.text.sentiment import Floats
from outsidein.text.tokens import Codes, Tokens, fold, tokenise

PENALTY, CLOSE = 0.3, 1e-2
LEVEL = 0.5
"""How far rare codes are lifted: 0 leaves them rare, 1 makes them as heavy as all others."""

LIGHT = 0.5
"""Weight of ratings beside words."""

STEPS = 5
"""Of a rating."""

FEWEST_TEXTS = 10
"""A word or run in fewer texts is neither learned from nor kept: it might tell who wrote it."""

DIGITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Words and their pairs, or runs of letters, in alphabetical order.

    Attributes:
        names: Pairs of words have a blank between; so have runs at the ends of a word.
        rarity: One per name.
        weights: Names by codes.
    """

    names: pa.Array
    rarity: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Coder:
    """Weights of words, runs of letters and ratings for each code of a hand-coded sample.

    Attributes:
        language: ISO 639-1 code of the texts it learned from.
        codes: In alphabetical order.
        words: Words and pairs of words.
        runs: Runs of letters.
        ratings: Steps of the rating by codes.
        start: One per code: what a text without a known word has.
    """

    language: str
    codes: tuple[str, ...]
    words: Vocabulary
    runs: Vocabulary
    ratings: Floats
    start: Floats

    def code(self, tokens: Tokens, ratings: Floats) -> Codes:
        """Give each text the number of one of `codes`.

        Args:
            tokens: Texts, cut, in the language of the sample.
            ratings: What the writers rated (0 to 1), NaN where nothing.
        """
        _, words = word_counts(tokens, self.words.names)
        _, runs = run_counts(tokens, self.runs.names)
        return self.place(words, runs, ratings)

    def place(self, words: csr_matrix, runs: csr_matrix, ratings: Floats) -> Codes:
        """Give each text, as counts of the coder's own words and runs, the number of a code."""
        odds = self.start + _rated(ratings) @ self.ratings
        odds = odds + weighed(words, self.words.rarity) @ self.words.weights
        odds = odds + weighed(runs, self.runs.rarity) @ self.runs.weights
        best: Codes = np.asarray(odds).argmax(axis=1)
        return best


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """How codes of a hand-coded sample agree: people's, the coder's and a plain baseline's.

    Each text was coded by machines that learned from the four other fifths of the sample. Texts
    on which people tied are left out.

    Attributes:
        codes: In alphabetical order.
        joint: Texts by people's code, the coder's and the baseline's (counts).
    """

    codes: tuple[str, ...]
    joint: NDArray[np.int64]

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Texts by people's code (rows) and the coder's (columns) (counts)."""
        counts: NDArray[np.int64] = self.joint.sum(axis=2)
        return counts


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """All words and runs of a sample, with their counts, and the ratings: one row per text."""

    words: tuple[pa.Array, csr_matrix]
    runs: tuple[pa.Array, csr_matrix]
    ratings: Floats


def train_coder(sample: Sample) -> Coder:
    """Learn people's codes.

    One linear support vector machine per code, on words, pairs of words and runs of two to four
    letters weighed by rarity, and the rating where there is one. Where people disagreed each of
    their codes counts by its votes. Words and runs in fewer than ten texts are left out.

    Args:
        sample: Hand-coded texts.
    """
    coder = _trained(_seen(sample), sample, np.ones(len(sample.texts), dtype=np.bool_))
    return Coder(
        coder.language,
        coder.codes,
        _known(coder.words),
        _known(coder.runs),
        coder.ratings,
        coder.start,
    )


def judge_coder(sample: Sample) -> Judged:
    """Code each fifth of a sample by what the other four teach, and by a baseline taught alike.

    The baseline is scikit-learn's logistic regression on its tf-idf of words, both as they come.

    Args:
        sample: Hand-coded texts.
    """
    seen = _seen(sample)
    plain_words = np.array(fold(sample.texts).to_pylist(), dtype=object)
    truth = sample.truth
    coded, plain = np.full(len(truth), TIED), np.full(len(truth), TIED)
    for place in range(FOLDS):
        learns, shows = sample.fold != place, sample.fold == place
        if shows.any():
            coder = _trained(seen, sample, learns)
            coded[shows] = coder.place(
                seen.words[1][shows], seen.runs[1][shows], seen.ratings[shows]
            )
            clear = learns & (truth != TIED)
            plain[shows] = _baseline(plain_words[clear], truth[clear], plain_words[shows])
    kept, k = truth != TIED, len(sample.codes)
    at = (truth[kept] * k + coded[kept]) * k + plain[kept]
    return Judged(sample.codes, np.bincount(at, minlength=k**3).reshape(k, k, k))


def _baseline(words: NDArray[np.object_], code: Codes, asked: NDArray[np.object_]) -> Codes:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    plain = make_pipeline(TfidfVectorizer(), LogisticRegression())
    with threadpool_limits(limits=1):
        given: Codes = plain.fit(list(words), code).predict(list(asked))
    return given


def _seen(sample: Sample) -> _Seen:
    tokens = tokenise(sample.texts)
    return _Seen(word_counts(tokens), run_counts(tokens), sample.ratings)


def _rated(ratings: Floats) -> Floats:
    """Return the rating as one of five steps, or as none of them."""
    steps = np.arange(STEPS) / (STEPS - 1)
    near = 1 / (2 * (STEPS - 1))
    return LIGHT * (np.abs(ratings[:, None] - steps) <= near).astype(np.float64)


def _trained(seen: _Seen, sample: Sample, learns: NDArray[np.bool_]) -> Coder:
    from sklearn.svm import LinearSVC  # noqa: PLC0415  it is slow to load

    rarity = [_rarity(counts[learns]) for _, counts in (seen.words, seen.runs)]
    parts = [
        weighed(counts[learns], rare)
        for (_, counts), rare in zip((seen.words, seen.runs), rarity, strict=True)
    ]
    matrix = csr_matrix(hstack([*parts, csr_matrix(_rated(seen.ratings[learns]))]))
    votes = sample.votes[learns]
    with threadpool_limits(limits=1):
        machines = [
            LinearSVC(C=PENALTY, tol=CLOSE, random_state=0).fit(*_sides(matrix, votes[:, k]))
            for k in range(len(sample.codes))
        ]
    weights = np.round(np.stack([each.coef_[0] for each in machines], axis=1), DIGITS)
    start = np.round(np.array([each.intercept_[0] for each in machines]), DIGITS)
    words, runs = len(rarity[0]), len(rarity[1])
    return Coder(
        sample.language,
        sample.codes,
        Vocabulary(seen.words[0], rarity[0], weights[:words]),
        Vocabulary(seen.runs[0], rarity[1], weights[words : words + runs]),
        weights[words + runs :],
        start,
    )


def _rarity(counts: csr_matrix) -> Floats:
    """Return how rare each word and run is, on a log scale; 0 where it is too rare to be kept."""
    having, texts = texts_with(counts), counts.shape[0]
    rarity = np.round(np.log((1 + texts) / (1 + having)) + 1, DIGITS)
    return np.where(having < FEWEST_TEXTS, 0.0, rarity)


def _known(whole: Vocabulary) -> Vocabulary:
    """Leave out what does not count."""
    kept = np.flatnonzero(whole.rarity)
    names = pc.take(whole.names, pa.array(kept))
    return Vocabulary(names, whole.rarity[kept], whole.weights[kept])


def _sides(matrix: csr_matrix, share: Floats) -> tuple[csr_matrix, Codes, Floats]:
    """Let a text stand on both sides of a code where people disagreed, by their votes."""
    has, lacks = share > 0, share < 1
    weight_has, weight_lacks = share[has], 1 - share[lacks]
    lift = (weight_lacks.sum() / max(weight_has.sum(), 1)) ** LEVEL
    side = np.concatenate([np.ones(int(has.sum())), np.zeros(int(lacks.sum()))]).astype(np.int64)
    weight = np.concatenate([weight_has * lift, weight_lacks])
    return csr_matrix(vstack([matrix[has], matrix[lacks]])), side, weight
