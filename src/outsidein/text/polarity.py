"""Polarity learned from rated texts of the company's own customers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from threadpoolctl import threadpool_limits

from outsidein.errors import TooLittleData
from outsidein.text.lexicon import LEXICONS
from outsidein.text.sentiment import DIGITS, Floats, Polarity, SeedPolarity
from outsidein.text.tokens import Codes, Tokens, tokenise

FEWEST_EACH = 200
"""Fewest texts with high and with low ratings."""

FEWEST_TEXTS = 5
"""A word or pair of words in fewer texts is dropped."""

PENALTY = 4.0
"""Inverse strength of the ridge."""

LOW_UP_TO, HIGH_FROM = 0.4, 0.6
"""Ratings (0 to 1) that count as blame and as praise; the middle is not used."""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedPolarity:
    """Weights of words and pairs of words, from ratings.

    Attributes:
        name: How figures name it.
        words: Place of each word that is part of any feature.
        keys: Features as numbers, ascending: a word, or a pair of words within a clause.
        weights: One per feature (log odds of praise).
    """

    name: str
    words: dict[str, int]
    keys: Codes
    weights: Floats

    def of_clauses(self, tokens: Tokens) -> Floats:
        """Return one polarity per clause."""
        return self._score(tokens, tokens.clause_of, len(tokens.text_of))

    def of_texts(self, texts: pa.Array, tokens: Tokens) -> Floats:
        """Return one polarity per text."""
        del texts
        return self._score(tokens, tokens.text_of_token, tokens.texts)

    def _score(self, tokens: Tokens, group: Codes, groups: int) -> Floats:
        features, of = _features(tokens, self.words, group)
        place, is_known = _feature_places(features, self.keys)
        total = np.bincount(of, np.where(is_known, self.weights[place], 0.0), groups)
        features_known = np.bincount(of, is_known, groups)
        chance: Floats = np.round(expit(total / np.sqrt(np.maximum(features_known, 1))), DIGITS)
        return chance


def learn_polarity(texts: pa.Array, ratings: Floats) -> LearnedPolarity:
    """Learn which words go with high and which with low ratings.

    Ridge logistic regression on the words and pairs of neighbouring words of each text, both
    sides weighted equally, so that a text without a known word is neutral. The polarity is the
    chance of a high rating, not a score of each word.

    Args:
        texts: One per rating.
        ratings: From 0, the lowest of the scale, to 1, the highest.

    Raises:
        TooLittleData: Fewer than 200 texts have a high rating, or fewer than 200 a low one.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  slow to import

    is_high, is_low = ratings >= HIGH_FROM, ratings <= LOW_UP_TO
    least = int(min(is_high.sum(), is_low.sum()))
    if least < FEWEST_EACH:
        raise TooLittleData(least, needed=FEWEST_EACH, of="texts with a rating on one side")
    clear = is_high | is_low
    tokens = tokenise(texts.filter(pa.array(clear)))
    words = {word: place for place, word in enumerate(tokens.words)}
    features, of = _features(tokens, words, tokens.text_of_token)
    keys = _frequent(features, of, tokens.texts)
    matrix = _matrix(features, of, keys, tokens.texts)
    model = LogisticRegression(C=PENALTY, class_weight="balanced", fit_intercept=False)
    with threadpool_limits(limits=1):
        model.fit(matrix, is_high[clear])
    return _used_features(words, keys, np.round(model.coef_[0], DIGITS), least)


def independent_polarity(polarity: Polarity, language: str) -> Polarity | None:
    """Return a polarity that was not learned from ratings; None in languages without a lexicon."""
    if not isinstance(polarity, LearnedPolarity):
        return polarity
    return SeedPolarity(language) if language in LEXICONS else None


def _used_features(
    words: dict[str, int], keys: Codes, weights: Floats, least: int
) -> LearnedPolarity:
    """Keep only words that are part of a feature."""
    base = len(words) + 1
    used = set(np.unique(np.concatenate([keys // base, keys % base])).tolist())
    kept = [word for word, place in words.items() if place in used]
    place = {word: n for n, word in enumerate(kept)}
    new = np.full(base, len(kept), dtype=np.int64)
    new[[words[word] for word in kept]] = np.arange(len(kept))
    renamed = new[keys // base] * (len(kept) + 1) + new[keys % base]
    order = np.argsort(renamed)
    name = f"learned from ratings ({least} or more texts on either side)"
    return LearnedPolarity(name, place, renamed[order], weights[order])


def _features(tokens: Tokens, words: dict[str, int], group: Codes) -> tuple[Codes, Codes]:
    """Return every word and pair of neighbours as a number, and its group."""
    none = len(words)
    place = np.array([*(words.get(word, none) for word in tokens.words), none], dtype=np.int64)
    single, earlier = place[tokens.word], place[tokens.before(1)]
    base = none + 1
    features = np.concatenate([none * base + single, earlier * base + single])
    is_known = np.concatenate([single < none, (single < none) & (earlier < none)])
    return features[is_known], np.concatenate([group, group])[is_known]


def _frequent(features: Codes, of: Codes, texts: int) -> Codes:
    keys, place = np.unique(features, return_inverse=True)
    each = np.unique(place * texts + of) // texts
    frequent: Codes = keys[np.bincount(each, minlength=len(keys)) >= FEWEST_TEXTS]
    return frequent


def _feature_places(features: Codes, keys: Codes) -> tuple[Codes, NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(keys, features), len(keys) - 1)
    return place, keys[place] == features


def _matrix(features: Codes, of: Codes, keys: Codes, texts: int) -> csr_matrix:
    place, is_known = _feature_places(features, keys)
    features_known = np.bincount(of, is_known, texts)
    values = 1 / np.sqrt(np.maximum(features_known, 1))[of[is_known]]
    return csr_matrix((values, (of[is_known], place[is_known])), shape=(texts, len(keys)))
