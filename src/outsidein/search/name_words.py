"""Names as they are searched: words in Latin letters, and what they look like."""

import re

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

ALIKE = 0.84
"""Least likeness of a word to one that was misspelt (Jaro and Winkler's, 0 to 1)."""

LONGEST = 40
"""Letters of a word that are searched; the rest is cut off."""

_APOSTROPHES = re.compile("['`\N{RIGHT SINGLE QUOTATION MARK}]")
_NO_CODE = re.compile(r"[^0-9a-z]+")


def name_words(text: str) -> tuple[str, ...]:
    """Return the distinct words of a name, lower case and in Latin letters.

    Example:
        >>> name_words("Renée O'Neill-Müller")
        ('renee', 'oneill', 'muller')
    """
    latin = _APOSTROPHES.sub("", anyascii(text).lower())
    return tuple(dict.fromkeys(word[:LONGEST] for word in _NO_CODE.split(latin) if word))


def code_key(text: str) -> str:
    """Return a number, such as that of an order or a card, without case, spaces and signs.

    Example:
        >>> code_key("ORD-2019 / 17")
        'ord201917'
    """
    return _NO_CODE.sub("", text.lower())


def trigrams(word: str) -> list[str]:
    """Return the parts of three letters of a word; its ends count as letters.

    Example:
        >>> trigrams("anna")
        ['_an', 'ann', 'nna', 'na_']
    """
    padded = padded_word(word)
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def padded_word(word: str) -> str:
    """Return a word whose ends are marked, as it is split into trigrams."""
    return f"_{word}_"


def likeness(word: str, other: str) -> float:
    """Return how alike two words are, as the matching of records has it (0 to 1)."""
    return float(JaroWinkler.similarity(word, other))
