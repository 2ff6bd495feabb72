"""Words brought to their stems, so that forms of one word agree."""

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
    return str(_stems(language)(word))


@cache
def _stems(language: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  a cached function's type
    if language not in NAMES:
        raise UnknownName("stemmer of the language", language, NAMES)
    return Stemmer(NAMES[language]).stemWord
