"""Stemming, so that forms of one word agree."""

from collections.abc import Sequence
from functools import cache

from Stemmer import Stemmer

from outsidein.errors import UnknownName

NAMES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
"""Languages with a stemmer, by ISO 639-1 code."""


def stem_word(word: str, *, language: str) -> str:
    """Return the stem of a folded word.

    Raises:
        UnknownName: There is no stemmer for the language.

    Example:
        >>> stem_word("entregaram", language="pt"), stem_word("entrega", language="pt")
        ('entreg', 'entreg')
    """
    return stem_words([word], language=language)[0]


def stem_words(words: Sequence[str], *, language: str) -> list[str]:
    """Return the stems of folded words.

    Raises:
        UnknownName: There is no stemmer for the language.
    """
    stemmed: list[str] = _stemmer(language).stemWords(words)
    return stemmed


@cache
def _stemmer(language: str) -> Stemmer:
    if language not in NAMES:
        raise UnknownName("stemmer of the language", language, NAMES)
    return Stemmer(NAMES[language], 0)  # no cache: each word is stemmed once
