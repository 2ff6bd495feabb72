"""Sentiment: the polarity of clauses and texts."""

from functools import cache
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from outsidein.errors import UnknownName
from outsidein.text.lexicon import LEXICONS, Lexicon
from outsidein.text.tokens import Tokens

Floats = NDArray[np.float64]

NEUTRAL = 0.5
PRAISE_FROM, BLAME_UP_TO = 0.8, 0.2
"""Polarities that count as strong."""

DIGITS = 6

REACH = 3
"""Reach of a negation (words)."""

NEGATED = -0.74
"""Factor of a negated word; "not bad" is less than good."""

BOOST = 0.3
FLATTENING = 15
SEED_STRENGTH = 2.5
"""Weight of a seed word, on VADER's scale of -4 to 4."""


class Polarity(Protocol):
    """Scores each clause and text: 0 is blame, 1 praise, 0.5 neither."""

    @property
    def name(self) -> str:
        """Name of the method, for figures."""

    def of_clauses(self, tokens: Tokens) -> Floats:
        """Return one polarity per clause."""

    def of_texts(self, texts: pa.Array, tokens: Tokens) -> Floats:
        """Return one polarity per text."""


class SeedPolarity:
    """Polarity from the few words of a lexicon, with negations and boosters.

    A word of praise counts 1, one of blame -1; after a negation at most three words earlier in
    the clause its sign flips, after a booster it grows. The sum is scaled to 0 to 1 as in VADER.

    Example:
        >>> from outsidein.text.tokens import tokenise
        >>> SeedPolarity("pt").of_clauses(tokenise(pa.array(["Muito bom.", "Não é bom."]))).round(2)
        array([0.82, 0.28])
    """

    def __init__(self, language: str) -> None:
        if language not in LEXICONS:
            raise UnknownName("lexicon of the language", language, LEXICONS)
        self.name = f"seed words ({language})"
        self._lexicon = LEXICONS[language]

    def of_clauses(self, tokens: Tokens) -> Floats:
        """Return one polarity per clause."""
        weights = _weights(tokens, self._lexicon)
        return _squash(np.bincount(tokens.clause_of, weights, len(tokens.text_of)))

    def of_texts(self, texts: pa.Array, tokens: Tokens) -> Floats:
        """Return one polarity per text."""
        del texts
        weights = _weights(tokens, self._lexicon)
        return _squash(np.bincount(tokens.text_of_token, weights, tokens.texts))


class VaderPolarity:
    """Polarity of English by VADER: a lexicon of 7,500 words, rules, punctuation.

    Example:
        >>> from outsidein.text.tokens import tokenise
        >>> texts = pa.array(["The crew was great!!!"])
        >>> VaderPolarity().of_texts(texts, tokenise(texts)).round(2)
        array([0.86])
    """

    name = "VADER"

    def of_clauses(self, tokens: Tokens) -> Floats:
        """Return one polarity per clause."""
        return _vader(tokens.clauses)

    def of_texts(self, texts: pa.Array, tokens: Tokens) -> Floats:
        """Return one polarity per text."""
        del tokens
        return _vader(texts)


def _vader(texts: pa.Array) -> Floats:
    score = _analyser().polarity_scores
    compound = [score(text or "")["compound"] for text in texts.to_pylist()]
    return np.round((1 + np.array(compound, dtype=np.float64)) / 2, DIGITS)


@cache
def _analyser() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def has_word(tokens: Tokens, among: frozenset[str]) -> NDArray[np.bool_]:
    """Return one flag per distinct word and a last one, false, for no word at all."""
    return np.array([*(word in among for word in tokens.words), False])


def is_negated(tokens: Tokens, negations: frozenset[str]) -> NDArray[np.bool_]:
    """Return for each token whether a negation precedes it by at most three words."""
    is_negation = has_word(tokens, negations)
    reached = np.zeros(len(tokens.word), dtype=np.bool_)
    for steps in range(1, REACH + 1):
        reached |= is_negation[tokens.before(steps)]
    return reached


def _weights(tokens: Tokens, lexicon: Lexicon) -> Floats:
    good, bad = has_word(tokens, lexicon.good), has_word(tokens, lexicon.bad)
    weight = SEED_STRENGTH * (good.astype(np.float64) - bad)[tokens.word]
    boosted = has_word(tokens, lexicon.boosters)[tokens.before(1)]
    weight = weight * (1 + BOOST * boosted)
    return np.where(is_negated(tokens, lexicon.negations), NEGATED * weight, weight)


def _squash(total: NDArray[np.number]) -> Floats:
    exact = total.astype(np.float64)
    return np.round((1 + exact / np.sqrt(exact * exact + FLATTENING)) / 2, DIGITS)
