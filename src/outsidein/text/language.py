"""Language identification."""

from collections.abc import Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from outsidein.errors import UnknownName

UNKNOWN = "unknown"

SURE_FROM = 0.8
"""Probability from which a language is accepted."""

LONGEST = 80
"""Characters of a text that are used; more would not improve the result."""

LETTERS = r"\p{L}{2}"


def identify_languages(
    texts: pa.Array, *, among: Sequence[str], usual: str | None = None
) -> pa.Array:
    """Identify each text's language among those a project declares.

    The probabilities are a naive Bayes model's over byte n-grams, restricted to the declared
    languages. A short text often fits several: it is then the usual language, or "unknown" if
    none is passed.

    Args:
        texts: Strings, or nulls.
        among: ISO 639-1 codes, at least one.
        usual: The code that most texts have, if it is known.

    Returns:
        One per text: a code of `among`, "unknown", or null where there is no text.

    Raises:
        UnknownName: The model lacks one of the languages.

    Example:
        >>> texts = pa.array(["O pedido chegou ontem à tarde", "..."])
        >>> identify_languages(texts, among=["pt", "en"])[0]
        <pyarrow.StringScalar: 'pt'>
    """
    if texts.null_count == len(texts):
        return pa.nulls(len(texts), pa.string())
    model = _model(tuple(among))
    coded = pc.utf8_trim_whitespace(texts.cast(pa.string())).dictionary_encode()
    has_words = pc.match_substring_regex(coded.dictionary, LETTERS).to_pylist()
    identified = [
        _language(model, text, usual) if has else UNKNOWN
        for text, has in zip(coded.dictionary.to_pylist(), has_words, strict=True)
    ]
    return pa.array(identified, pa.string()).take(coded.indices)


def _language(model: LanguageIdentifier, text: str, usual: str | None) -> str:
    language, probability = model.classify(text[:LONGEST])
    if probability >= SURE_FROM:
        return str(language)
    return usual or UNKNOWN


@cache
def _model(among: tuple[str, ...]) -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    for language in among:
        if language not in model.labels:
            raise UnknownName("language", language, [str(label) for label in model.labels])
    model.set_languages(list(among))
    return model
