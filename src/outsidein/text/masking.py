"""Masking of personal data in texts."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from outsidein.contact.characters import fold_characters
from outsidein.text.personal import DIGIT_OR_AT, KINDS, NAMES, SUSPECT, PersonalDataKind


def mask(texts: pa.Array) -> pa.Array:
    """Replace personal data by its kind in brackets.

    Detects e-mail and web addresses, handles, card numbers (by check digit), bank accounts (IBAN),
    national numbers, telephone numbers, postcodes, order and case numbers and others of six
    digits or more, streets, and names after words that introduce them. Misses names in
    mid-sentence and addresses without a street word.

    Args:
        texts: Strings, or nulls.

    Returns:
        One per text.

    Example:
        >>> text = "Order 20184711 never came, write to ann@example.org. Mr. Jon Snow"
        >>> mask(pa.array([text]))[0]
        <pyarrow.StringScalar: 'Order [number] never came, write to [email]. Mr. [name]'>
    """
    texts = texts.cast(pa.string())
    is_suspect = pc.fill_null(pc.match_substring_regex(texts, SUSPECT), False)  # noqa: FBT003
    masked = [_mask_text(text) for text in texts.filter(is_suspect).to_pylist()]
    return pc.replace_with_mask(texts, is_suspect, pa.array(masked, pa.string()))


def masked_text(text: str) -> str:
    """Replace personal data in one text by its kind in brackets, as `mask` does in many.

    Example:
        >>> masked_text("Write to ann@example.org.")
        'Write to [email].'
    """
    return str(mask(pa.array([text]))[0])


def _mask_text(text: str) -> str:
    """Mask a text as it reads to the eye; without personal data it stays as it was written."""
    plain = fold_characters(text)
    masked = plain
    for kind in _kinds_for(plain):
        masked = kind.pattern.sub(partial(_replacement, kind), masked)
    return text if masked == plain else masked


def _kinds_for(text: str) -> Sequence[PersonalDataKind]:
    """Skip kinds that need a digit or an at sign in texts without."""
    return KINDS if DIGIT_OR_AT.search(text) else NAMES


def _replacement(kind: PersonalDataKind, match: re.Match[str]) -> str:
    if not kind.holds(match[match.re.groups]):
        return match[0]
    if not match.re.groups:
        return f"[{kind.name}]"
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match[0][:start]}[{kind.name}]{match[0][end:]}"


def personal_data_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the words of each piece of personal data that masking finds."""
    plain = fold_characters(text)
    for kind in _kinds_for(plain):
        for match in kind.pattern.finditer(plain):
            if kind.holds(match[match.re.groups]):
                yield kind.name, match[match.re.groups]
