"""A text classifier trained on a hand-coded sample, with its out-of-sample errors."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from threadpoolctl import threadpool_limits

from outsidein.text.counts import run_counts, texts_with, weigh_by_rarity, word_counts
from outsidein.text.sample import FOLDS, TIED, HandCodedSample
from outsidein.text.sentiment import Floats
from outsidein.text.tokens import Codes, Tokens, fold_accents, tokenise

PENALTY, CLOSE = 0.3, 1e-2
RARE_CODE_LIFT = 0.5
"""How far rare codes are up-weighted: 0 not at all, 1 to the weight of all others."""

RATING_WEIGHT = 0.5
"""Weight of ratings relative to words."""

STEPS = 5
"""Steps of a rating."""

FEWEST_TEXTS = 10
"""A word or run in fewer texts is dropped: it might identify its writer."""

DIGITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Words and their pairs, or runs of letters, in alphabetical order.

    Attributes:
        names: Pairs of words are joined by a space; runs at the ends of a word include one.
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
        start: One per code: the score of a text without a known word.
    """

    language: str
    codes: tuple[str, ...]
    words: Vocabulary
    runs: Vocabulary
    ratings: Floats
    start: Floats

    def code(self, tokens: Tokens, ratings: Floats) -> Codes:
        """Return the number of the predicted code for each text.

        Args:
            tokens: Tokenised texts in the language of the sample.
            ratings: The writers' ratings (0 to 1), NaN where missing.
        """
        _, words = word_counts(tokens, self.words.names)
        _, runs = run_counts(tokens, self.runs.names)
        return self.place(words, runs, ratings)

    def place(self, words: csr_matrix, runs: csr_matrix, ratings: Floats) -> Codes:
        """Return the number of the predicted code, from counts of the coder's words and runs."""
        odds = self.start + _rating_features(ratings) @ self.ratings
        odds = odds + weigh_by_rarity(words, self.words.rarity) @ self.words.weights
        odds = odds + weigh_by_rarity(runs, self.runs.rarity) @ self.runs.weights
        best: Codes = np.asarray(odds).argmax(axis=1)
        return best


@dataclass(frozen=True, slots=True, eq=False)
class CoderAgreement:
    """Cross-validated agreement of the codes of people, the coder and a simple baseline.

    Each text was coded by models trained on the other four fifths of the sample. Texts on which
    people tied are left out.

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
class _SampleFeatures:
    """Counts of all words and runs of a sample, and its ratings: one row per text."""

    words: tuple[pa.Array, csr_matrix]
    runs: tuple[pa.Array, csr_matrix]
    ratings: Floats


def train_coder(sample: HandCodedSample) -> Coder:
    """Train a coder on people's codes.

    One linear support vector machine per code, on words, pairs of words and runs of two to four
    letters weighed by rarity, and the rating where there is one. Where people disagreed each of
    their codes counts by its votes. Words and runs in fewer than ten texts are left out.

    Args:
        sample: Hand-coded texts.
    """
    coder = _train(_sample_features(sample), sample, np.ones(len(sample.texts), dtype=np.bool_))
    return Coder(
        coder.language,
        coder.codes,
        _nonzero_vocabulary(coder.words),
        _nonzero_vocabulary(coder.runs),
        coder.ratings,
        coder.start,
    )


def cross_validate_coder(sample: HandCodedSample) -> CoderAgreement:
    """Cross-validate a coder and a baseline in five folds.

    The baseline is scikit-learn's logistic regression on its tf-idf of words, with defaults.

    Args:
        sample: Hand-coded texts.
    """
    features = _sample_features(sample)
    plain_words = np.array(fold_accents(sample.texts).to_pylist(), dtype=object)
    truth = sample.truth
    coded, plain = np.full(len(truth), TIED), np.full(len(truth), TIED)
    for place in range(FOLDS):
        learns, shows = sample.fold != place, sample.fold == place
        if shows.any():
            coder = _train(features, sample, learns)
            coded[shows] = coder.place(
                features.words[1][shows], features.runs[1][shows], features.ratings[shows]
            )
            clear = learns & (truth != TIED)
            plain[shows] = _baseline(plain_words[clear], truth[clear], plain_words[shows])
    kept, k = truth != TIED, len(sample.codes)
    at = (truth[kept] * k + coded[kept]) * k + plain[kept]
    return CoderAgreement(sample.codes, np.bincount(at, minlength=k**3).reshape(k, k, k))


def _baseline(words: NDArray[np.object_], code: Codes, held_out: NDArray[np.object_]) -> Codes:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    plain = make_pipeline(TfidfVectorizer(), LogisticRegression())
    with threadpool_limits(limits=1):
        predicted: Codes = plain.fit(list(words), code).predict(list(held_out))
    return predicted


def _sample_features(sample: HandCodedSample) -> _SampleFeatures:
    tokens = tokenise(sample.texts)
    return _SampleFeatures(word_counts(tokens), run_counts(tokens), sample.ratings)


def _rating_features(ratings: Floats) -> Floats:
    """Return the rating as an indicator of one of five steps, or of none."""
    steps = np.arange(STEPS) / (STEPS - 1)
    near = 1 / (2 * (STEPS - 1))
    return RATING_WEIGHT * (np.abs(ratings[:, None] - steps) <= near).astype(np.float64)


def _train(features: _SampleFeatures, sample: HandCodedSample, learns: NDArray[np.bool_]) -> Coder:
    from sklearn.svm import LinearSVC  # noqa: PLC0415  slow to import

    rarity = [_rarity(counts[learns]) for _, counts in (features.words, features.runs)]
    parts = [
        weigh_by_rarity(counts[learns], rare)
        for (_, counts), rare in zip((features.words, features.runs), rarity, strict=True)
    ]
    matrix = csr_matrix(hstack([*parts, csr_matrix(_rating_features(features.ratings[learns]))]))
    votes = sample.votes[learns]
    with threadpool_limits(limits=1):
        machines = [
            LinearSVC(C=PENALTY, tol=CLOSE, random_state=0).fit(
                *_weighted_labels(matrix, votes[:, k])
            )
            for k in range(len(sample.codes))
        ]
    weights = np.round(np.stack([each.coef_[0] for each in machines], axis=1), DIGITS)
    start = np.round(np.array([each.intercept_[0] for each in machines]), DIGITS)
    words, runs = len(rarity[0]), len(rarity[1])
    return Coder(
        sample.language,
        sample.codes,
        Vocabulary(features.words[0], rarity[0], weights[:words]),
        Vocabulary(features.runs[0], rarity[1], weights[words : words + runs]),
        weights[words + runs :],
        start,
    )


def _rarity(counts: csr_matrix) -> Floats:
    """Return the inverse document frequency of each word and run; 0 if too rare to keep."""
    having, texts = texts_with(counts), counts.shape[0]
    rarity = np.round(np.log((1 + texts) / (1 + having)) + 1, DIGITS)
    return np.where(having < FEWEST_TEXTS, 0.0, rarity)


def _nonzero_vocabulary(whole: Vocabulary) -> Vocabulary:
    """Drop names without weight."""
    kept = np.flatnonzero(whole.rarity)
    names = pc.take(whole.names, pa.array(kept))
    return Vocabulary(names, whole.rarity[kept], whole.weights[kept])


def _weighted_labels(matrix: csr_matrix, share: Floats) -> tuple[csr_matrix, Codes, Floats]:
    """Label texts for one code; where people disagreed, on both sides, weighted by votes."""
    has, lacks = share > 0, share < 1
    weight_has, weight_lacks = share[has], 1 - share[lacks]
    lift = (weight_lacks.sum() / max(weight_has.sum(), 1)) ** RARE_CODE_LIFT
    side = np.concatenate([np.ones(int(has.sum())), np.zeros(int(lacks.sum()))]).astype(np.int64)
    weight = np.concatenate([weight_has * lift, weight_lacks])
    return csr_matrix(vstack([matrix[has], matrix[lacks]])), side, weight
