"""A coder that learns people's codes from a hand-coded sample, and how often it errs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from threadpoolctl import threadpool_limits

from outsidein.text.aspects import SeedTerms, mentions
from outsidein.text.sample import FOLDS, TIED, Sample
from outsidein.text.sentiment import NEUTRAL, Floats, Polarity
from outsidein.text.tokens import Codes, Tokens, fold, tokenise

if TYPE_CHECKING:  # it takes longer to load than most commands to run
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.svm import LinearSVC

BUCKETS = 2**16
"""Numbers to which words and letters are hashed."""

PENALTY, CLOSE = 0.3, 1e-2
WORD = r"\w+"
LEVEL = 0.5
"""How far rare codes are lifted: 0 leaves them rare, 1 makes them as heavy as all others."""

LIGHT = 0.5
"""Weight of ratings beside words."""


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """What a coder sees in a text beside its words: seed terms and polarity."""

    terms: SeedTerms
    polarity: Polarity


@dataclass(frozen=True, slots=True, eq=False)
class Coder:
    """Weights of words, letters, seed terms, polarity and rating for each code."""

    codes: tuple[str, ...]
    reader: Reader
    rarity: tuple["TfidfTransformer", ...]
    machines: tuple["LinearSVC", ...]

    def code(self, texts: pa.Array, ratings: Floats) -> Codes:
        """Give each text the number of one of `codes`.

        Args:
            texts: Strings, in the language of the sample.
            ratings: What the writers rated (0 to 1), NaN where nothing.
        """
        return self._place(_seen(texts, ratings, self.reader))

    def _place(self, seen: "Seen") -> Codes:
        matrix = _weighed(seen, self.rarity)
        with threadpool_limits(limits=1):
            odds = np.stack([each.decision_function(matrix) for each in self.machines], axis=1)
        best: Codes = odds.argmax(axis=1)
        return best


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Codes of a hand-coded sample: people's, the coder's and a plain baseline's.

    Each text was coded by machines that learned from the four other fifths of the sample. Texts
    on which people tied are left out.
    """

    codes: tuple[str, ...]
    truth: Codes
    coder: Codes
    baseline: Codes

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Texts by people's code (rows) and the coder's (columns) (counts)."""
        counts: NDArray[np.int64] = self.joint.sum(axis=2)
        return counts

    @property
    def joint(self) -> NDArray[np.int64]:
        """Texts by people's code, the coder's and the baseline's (counts)."""
        k = len(self.codes)
        place = (self.truth * k + self.coder) * k + self.baseline
        return np.bincount(place, minlength=k**3).reshape(k, k, k)


def train_coder(sample: Sample, reader: Reader) -> Coder:
    """Learn people's codes.

    One linear support vector machine per code, on words, pairs of words and runs of two to five
    letters weighed by rarity, the seed terms a text names and their polarity, the polarity of the
    text and of its extreme clauses, its length, and the rating where there is one. Where people
    disagreed each of their codes counts by its votes.

    Args:
        sample: Hand-coded texts.
        reader: Seed terms and polarity in the language of the sample.
    """
    return _trained(_seen(sample.texts, sample.ratings, reader), sample, reader)


def judge_coder(sample: Sample, reader: Reader) -> Judged:
    """Code each fifth of a sample by what the other four teach, and by a baseline taught alike.

    The baseline is scikit-learn's logistic regression on its tf-idf of words, both as they come.

    Args:
        sample: Hand-coded texts.
        reader: Seed terms and polarity; they must not have seen the sample's codes.
    """
    seen = _seen(sample.texts, sample.ratings, reader)
    words, truth = np.array(fold(sample.texts).to_pylist(), dtype=object), sample.truth
    coded = np.full(len(truth), TIED)
    plain = np.full(len(truth), TIED)
    for place in range(FOLDS):
        learns, shows = sample.fold != place, sample.fold == place
        if shows.any():
            coder = _trained(seen.only(learns), sample, reader, learns)
            coded[shows] = coder._place(seen.only(shows))  # noqa: SLF001  of this file
            clear = learns & (truth != TIED)
            plain[shows] = _baseline(words[clear], truth[clear], words[shows])
    kept = truth != TIED
    return Judged(sample.codes, truth[kept], coded[kept], plain[kept])


def _baseline(words: NDArray[np.object_], code: Codes, asked: NDArray[np.object_]) -> Codes:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    plain = make_pipeline(TfidfVectorizer(), LogisticRegression())
    with threadpool_limits(limits=1):
        given: Codes = plain.fit(list(words), code).predict(list(asked))
    return given


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Counts of hashed words and letters, and the features beside them, one row per text."""

    counts: tuple[csr_matrix, ...]
    beside: csr_matrix

    def only(self, rows: NDArray[np.bool_]) -> "Seen":
        """Keep some texts."""
        return Seen(tuple(each[rows] for each in self.counts), self.beside[rows])


def _seen(texts: pa.Array, ratings: Floats, reader: Reader) -> Seen:
    from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415

    counting = {"n_features": BUCKETS, "alternate_sign": False, "norm": None}
    words = HashingVectorizer(ngram_range=(1, 2), token_pattern=WORD, **counting)
    letters = HashingVectorizer(ngram_range=(2, 5), analyzer="char_wb", **counting)
    folded = [text or "" for text in fold(texts).to_pylist()]
    beside = np.hstack([_named(texts, reader), _shape(texts, reader), _rated(ratings)])
    counts = (words.transform(folded), letters.transform(folded))
    return Seen(counts, csr_matrix(beside))


def _named(texts: pa.Array, reader: Reader) -> Floats:
    """Return per text and factor whether it is named, and how far from neutral."""
    found = mentions(texts, tokenise(texts), reader.terms, reader.polarity)
    place = {factor: n for n, factor in enumerate(reader.terms.factors)}
    factor = np.array([place[name] for name in found["factor"].to_pylist()], dtype=np.int64)
    features = np.zeros((len(texts), 2 * len(place)))
    features[found["text"].to_numpy(), factor] = 1
    features[found["text"].to_numpy(), factor + len(place)] = found["score"].to_numpy() - NEUTRAL
    return features


def _shape(texts: pa.Array, reader: Reader) -> Floats:
    """Return polarity of text, worst and best clause, and how long it is."""
    tokens = tokenise(texts)
    clauses, whole = reader.polarity.of_clauses(tokens), reader.polarity.of_texts(texts, tokens)
    worst, best = whole.copy(), whole.copy()
    np.minimum.at(worst, tokens.text_of, clauses)
    np.maximum.at(best, tokens.text_of, clauses)
    return np.column_stack([whole, worst, best, _length(tokens)])


def _length(tokens: Tokens) -> Floats:
    return np.log1p(np.bincount(tokens.text_of_token, minlength=tokens.texts)) / 4


def _rated(ratings: Floats) -> Floats:
    """Return the rating as one of five steps, or as none of them."""
    steps = np.arange(5) / 4
    return LIGHT * (np.abs(ratings[:, None] - steps) <= 1 / 8).astype(np.float64)


def _trained(
    seen: Seen, sample: Sample, reader: Reader, rows: NDArray[np.bool_] | None = None
) -> Coder:
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    votes = sample.votes if rows is None else sample.votes[rows]
    with threadpool_limits(limits=1):
        rarity = tuple(TfidfTransformer(sublinear_tf=True).fit(each) for each in seen.counts)
        matrix = _weighed(seen, rarity)
        machines = tuple(
            LinearSVC(C=PENALTY, tol=CLOSE, random_state=0).fit(*_sides(matrix, votes[:, k]))
            for k in range(len(sample.codes))
        )
    return Coder(sample.codes, reader, rarity, machines)


def _weighed(seen: Seen, rarity: tuple["TfidfTransformer", ...]) -> csr_matrix:
    weighed = [rare.transform(each) for rare, each in zip(rarity, seen.counts, strict=True)]
    return csr_matrix(hstack([*weighed, seen.beside]))


def _sides(matrix: csr_matrix, share: Floats) -> tuple[csr_matrix, Codes, Floats]:
    """Let a text stand on both sides of a code where people disagreed, by their votes."""
    has, lacks = share > 0, share < 1
    weight_has, weight_lacks = share[has], 1 - share[lacks]
    lift = (weight_lacks.sum() / max(weight_has.sum(), 1)) ** LEVEL
    side = np.concatenate([np.ones(int(has.sum())), np.zeros(int(lacks.sum()))]).astype(np.int64)
    weight = np.concatenate([weight_has * lift, weight_lacks])
    return csr_matrix(vstack([matrix[has], matrix[lacks]])), side, weight
