"""Aspect-based sentiment: the factors that a text mentions, clause by clause, with polarity."""

import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from outsidein.errors import InputError
from outsidein.text.sentiment import DIGITS, NEUTRAL, Floats, Polarity
from outsidein.text.stems import stem_word, stem_words
from outsidein.text.tokens import Codes, Tokens, tokenise

Terms = Mapping[str, Mapping[str, Sequence[str]]]
"""Seed terms by factor and language (ISO 639-1)."""

PREFIX = "*"

Flags = NDArray[np.bool_]

MENTIONS = pa.schema(
    {
        "text": pa.int64(),
        "factor": pa.string(),
        "score": pa.float64(),
        "clauses": pa.int64(),
        "clause": pa.string(),
    }
)
"""One row per text and factor it mentions.

`text` numbers the texts from 0, `score` is the polarity of its clauses that name the factor (0 to
1), `clauses` how many these are (count), `clause` the first of them.
"""


@dataclass(frozen=True, slots=True)
class SeedTerms:
    """The seed terms of one language.

    Attributes:
        language: ISO 639-1 code.
        factors: Names, in alphabetical order.
        terms: One per term: number of its factor, and its words; a word is a stem, or a prefix
            followed by `*`.
    """

    language: str
    factors: tuple[str, ...]
    terms: tuple[tuple[int, tuple[str, ...]], ...]


def seed_terms(terms: Terms, *, language: str) -> SeedTerms:
    """Prepare a language's seed terms.

    A term is one word or several in a row. A word matches every form with the same stem, with or
    without accents; one that ends with `*` matches every word with that prefix.

    Raises:
        InputError: A term contains no word.
        UnknownName: There is no stemmer for the language.

    Example:
        >>> seed_terms({"delivery": {"en": ["arrived late", "courier*"]}}, language="en").terms
        ((0, ('arriv', 'late')), (0, ('courier*',)))
    """
    factors = tuple(sorted(terms))
    written = [
        (place, term)
        for place, factor in enumerate(factors)
        for term in terms[factor].get(language, ())
    ]
    words = _term_words([term for _, term in written], language)
    for (place, term), term_words in zip(written, words, strict=True):
        if not term_words:
            problem = f"The term {term!r} of factor {factors[place]!r} is invalid"
            raise InputError(f"{problem}: it contains no word.")
    pairs = zip(written, words, strict=True)
    return SeedTerms(
        language, factors, tuple((place, term_words) for (place, _), term_words in pairs)
    )


def _term_words(terms: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """Return the words of each term: stems or prefixes."""
    parts = [(place, part) for place, term in enumerate(terms) for part in term.split()]
    plain = [part.removesuffix(PREFIX) for _, part in parts]
    tokens = tokenise(pa.array(plain, pa.string()))
    of_part = tokens.text_of_token.tolist()
    words: list[list[str]] = [[] for _ in terms]
    for at, (part, code) in enumerate(zip(of_part, tokens.word.tolist(), strict=True)):
        place, text = parts[part]
        is_last = at + 1 == len(of_part) or of_part[at + 1] != part
        is_start = is_last and text.endswith(PREFIX)
        word = tokens.words[code]
        words[place].append(word + PREFIX if is_start else stem_word(word, language=language))
    return [tuple(each) for each in words]


def named_factors(tokens: Tokens, terms: SeedTerms) -> tuple[Codes, Codes]:
    """Return the texts and the factors named in them (numbers), each pair once, in order."""
    factors = max(len(terms.factors), 1)
    clause, factor = _clause_factors(tokens, terms)
    pairs = np.unique(tokens.text_of[clause] * factors + factor)
    return pairs // factors, pairs % factors


def factor_mentions(
    texts: pa.Array, tokens: Tokens, terms: SeedTerms, polarity: Polarity
) -> pa.Table:
    """Find the factors that texts mention.

    The polarity of a mention is its clause's, or the whole text's if the clause is neutral.

    Args:
        texts: Texts in the language of the terms.
        tokens: The same texts, tokenised.
        terms: Seed terms.
        polarity: Scores clauses and texts.

    Returns:
        `MENTIONS`, ordered by text and factor.

    Example:
        >>> from outsidein.text.sentiment import SeedPolarity
        >>> terms = {"delivery": {"en": ["parcel"]}, "product": {"en": ["shoe"]}}
        >>> texts = pa.array(["Great shoes, but the parcel was very late."])
        >>> mentioned = factor_mentions(
        ...     texts, tokenise(texts), seed_terms(terms, language="en"), SeedPolarity("en")
        ... )
        >>> mentioned.select(["factor", "score", "clause"]).to_pylist()[0]
        {'factor': 'delivery', 'score': 0.178596, 'clause': 'the parcel was very late'}
    """
    clause, factor = _clause_factors(tokens, terms)
    scores = _scores(texts, tokens, polarity)
    return _mentions_table(tokens, terms, clause, factor, scores)


def _scores(texts: pa.Array, tokens: Tokens, polarity: Polarity) -> Floats:
    clauses, whole = polarity.of_clauses(tokens), polarity.of_texts(texts, tokens)
    return np.where(clauses == NEUTRAL, whole[tokens.text_of], clauses)


def _clause_factors(tokens: Tokens, terms: SeedTerms) -> tuple[Codes, Codes]:
    """Return the clauses and factors named in them, each pair once, in order."""
    factors = max(len(terms.factors), 1)
    matches = [
        tokens.clause_of[is_there] * factors + factor
        for factor, is_there in _term_matches(tokens, terms)
    ]
    pairs = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *matches]))
    return pairs // factors, pairs % factors


def _term_matches(tokens: Tokens, terms: SeedTerms) -> Iterator[tuple[int, Flags]]:
    """Yield the factor of each term and one flag per token that ends it."""
    by_stem = _words_by_stem(tokens.words, terms.language)
    earlier = {0: tokens.word}
    for factor, words in terms.terms:
        places = [_matching_words(word, tokens.words, by_stem) for word in words]
        if not all(places):
            continue
        is_there = np.ones(len(tokens.word), dtype=np.bool_)
        for steps, place in enumerate(reversed(places)):
            if steps not in earlier:
                earlier[steps] = tokens.before(steps)
            is_word = np.zeros(len(tokens.words) + 1, dtype=np.bool_)
            is_word[place] = True
            is_there &= is_word[earlier[steps]]
        yield factor, is_there


def _words_by_stem(words: Sequence[str], language: str) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, stemmed in enumerate(stem_words(words, language=language)):
        places.setdefault(stemmed, []).append(place)
    return places


def _matching_words(word: str, words: Sequence[str], by_stem: Mapping[str, list[int]]) -> list[int]:
    if not word.endswith(PREFIX):
        return by_stem.get(word, [])
    start = word.removesuffix(PREFIX)
    first, after = bisect_left(words, start), bisect_left(words, start + chr(sys.maxunicode))
    return list(range(first, after))


def _mentions_table(
    tokens: Tokens, terms: SeedTerms, clause: Codes, factor: Codes, scores: Floats
) -> pa.Table:
    factors = max(len(terms.factors), 1)
    pairs, first, place = np.unique(
        tokens.text_of[clause] * factors + factor, return_index=True, return_inverse=True
    )
    clauses = np.bincount(place, minlength=len(pairs))
    score = np.bincount(place, scores[clause], len(pairs)) / np.maximum(clauses, 1)
    names = pa.array(terms.factors, pa.string())
    return pa.table(
        {
            "text": pairs // factors,
            "factor": names.take(pa.array(pairs % factors)) if len(names) else names,
            "score": np.round(score, DIGITS),
            "clauses": clauses.astype(np.int64),
            "clause": tokens.clauses.take(pa.array(clause[first])),
        },
        schema=MENTIONS,
    )
