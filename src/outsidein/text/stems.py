"""Words brought to their stems, so that forms of one word agree."""

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


def stem(word: str, *, language: str) -> str:
    """Bring a folded word to its stem.

    Raises:
        UnknownName: There is no stemmer for the language.

    Example:
        >>> stem("entregaram", language="pt"), stem("entrega", language="pt")
        ('entreg', 'entreg')
    """
    return stems([word], language=language)[0]


def stems(words: Sequence[str], *, language: str) -> list[str]:
    """Bring folded words to their stems.

    Raises:
        UnknownName: There is no stemmer for the language.
    """
    found: list[str] = _stemmer(language).stemWords(words)
    return found


@cache
def _stemmer(language: str) -> Stemmer:
    if language not in NAMES:
        raise UnknownName("stemmer of the language", language, NAMES)
    return Stemmer(NAMES[language], 0)  # each word is stemmed once: a cache would only cost
