"""Tokenisation: texts split into clauses and words, as arrays of numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = NDArray[np.int64]

GLUED = r"([^\d\s])([.,:]+)([^\d\s])"
TURNS = "mas|porém|porem|contudo|entretanto|só que|but|however|although|though|except|pero|aunque"
"""Words that begin another opinion."""

CLAUSE_ENDS = rf"(?i)[!?;\n\r]+|[.,:]+(?:\s|$)|\s(?:{TURNS})\s"
APOSTROPHES = "['`\N{RIGHT SINGLE QUOTATION MARK}]"
PLACEHOLDER = r"\[[a-z_]+\]"
"""What masking puts in place of personal data."""


@dataclass(frozen=True, eq=False)  # no slots, for cached properties
class Tokens:
    """Words of texts in lower case, without accents.

    Attributes:
        words: The distinct words, in alphabetical order.
        word: One per token: number of its word.
        clause_of: One per token: number of its clause, ascending.
        text_of: One per clause: number of its text, ascending.
        clauses: One per clause: its original text.
        texts: Number of texts (count).
    """

    words: tuple[str, ...]
    word: Codes
    clause_of: Codes
    text_of: Codes
    clauses: pa.Array
    texts: int

    @cached_property
    def text_of_token(self) -> Codes:
        """One per token: number of its text, ascending."""
        return self.text_of[self.clause_of]

    def before(self, steps: int) -> Codes:
        """One per token: the word `steps` tokens earlier in its clause, or -1."""
        earlier = np.full(len(self.word), -1, dtype=np.int64)
        if 0 < steps < len(self.word):
            is_same = self.clause_of[steps:] == self.clause_of[:-steps]
            earlier[steps:] = np.where(is_same, self.word[:-steps], -1)
        return earlier


def fold_accents(texts: pa.Array) -> pa.Array:
    """Return texts in lower case without accents, so that spellings of one word agree.

    Example:
        >>> fold_accents(pa.array(["Não É"]))[0].as_py()
        'nao e'
    """
    lowered = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    return pc.replace_substring_regex(lowered, r"\p{Mn}+", "")


def tokenise(texts: pa.Array) -> Tokens:
    """Split texts into clauses and words.

    A clause ends at punctuation, at the end of a line and before words such as "but"; one without
    a letter or digit is left out. A missing text has no clause.

    Args:
        texts: Strings, or nulls.

    Example:
        >>> tokens = tokenise(pa.array(["Lovely shop, but the parcel was late."]))
        >>> tokens.clauses.to_pylist()
        ['Lovely shop', 'the parcel was late']
        >>> [tokens.words[code] for code in tokens.word[tokens.clause_of == 1]]
        ['the', 'parcel', 'was', 'late']
    """
    clauses, text_of = _split_clauses(texts)
    plain = pc.replace_substring_regex(fold_accents(clauses), PLACEHOLDER, " ")
    plain = pc.replace_substring_regex(plain, APOSTROPHES, "")
    plain = pc.replace_substring_regex(plain, r"[^\p{L}\p{N}]+", " ")
    split = pc.utf8_split_whitespace(pc.utf8_trim(plain, " "))
    parts = pc.list_flatten(split)
    parents = pc.list_parent_indices(split).to_numpy(zero_copy_only=False)
    is_word = pc.not_equal(parts, "")
    kept = parents[is_word.to_numpy(zero_copy_only=False)].astype(np.int64)
    words, word = _encode(parts.filter(is_word))
    return Tokens(words, word, kept, text_of, clauses, len(texts))


def _split_clauses(texts: pa.Array) -> tuple[pa.Array, Codes]:
    filled = pc.fill_null(texts.cast(pa.string()), "")
    apart = pc.replace_substring_regex(filled, GLUED, "\\1\\2\n\\3")
    split = pc.split_pattern_regex(apart, CLAUSE_ENDS)
    clauses = pc.utf8_trim_whitespace(pc.list_flatten(split))
    clauses = pc.replace_substring_regex(clauses, rf"^(?i:{TURNS})\s+", "")
    has_words = pc.match_substring_regex(clauses, r"[\p{L}\p{N}]")
    text_of = pc.list_parent_indices(split).filter(has_words)
    return clauses.filter(has_words), text_of.to_numpy(zero_copy_only=False).astype(np.int64)


def _encode(parts: pa.Array) -> tuple[tuple[str, ...], Codes]:
    coded = parts.dictionary_encode()
    distinct = coded.dictionary.to_pylist()
    order = np.array(sorted(range(len(distinct)), key=distinct.__getitem__), dtype=np.int64)
    place = np.empty(len(distinct), dtype=np.int64)
    place[order] = np.arange(len(distinct))
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return tuple(distinct[each] for each in order), place[codes]
