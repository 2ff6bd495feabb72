"""Personal data in texts, replaced by the kind of thing it was."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from outsidein.text.personal import A_SIGN, KINDS, NAMES, SUSPECT, Kind


def mask(texts: pa.Array) -> pa.Array:
    """Replace personal data by its kind in brackets.

    Looked for are e-mail and web addresses, handles, card numbers (by their check digit),
    national numbers, telephone numbers, postcodes, numbers of orders and cases and all others of
    six digits or more, streets, and names after words that introduce them. A name in the middle
    of a sentence, and an address without a street's word, is not found.

    Args:
        texts: Strings, or nulls.

    Returns:
        One per text.

    Example:
        >>> mask(pa.array(["Order 20184711 never came, write to ann@example.org. Mr. Jon Snow"]))[0]
        <pyarrow.StringScalar: 'Order [number] never came, write to [email]. Mr. [name]'>
    """
    texts = texts.cast(pa.string())
    is_suspect = pc.fill_null(pc.match_substring_regex(texts, SUSPECT), False)  # noqa: FBT003
    masked = [_masked(text) for text in texts.filter(is_suspect).to_pylist()]
    return pc.replace_with_mask(texts, is_suspect, pa.array(masked, pa.string()))


def _masked(text: str) -> str:
    for kind in _kinds_for(text):
        text = kind.pattern.sub(partial(_replaced, kind), text)
    return text


def _kinds_for(text: str) -> Sequence[Kind]:
    """Leave out what cannot be there: most texts hold neither a digit nor an address."""
    return KINDS if A_SIGN.search(text) else NAMES


def _replaced(kind: Kind, found: re.Match[str]) -> str:
    if not kind.holds(found[found.re.groups]):
        return found[0]
    if not found.re.groups:
        return f"[{kind.name}]"
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return f"{found[0][:start]}[{kind.name}]{found[0][end:]}"


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the words of each piece of personal data, as masking finds them."""
    for kind in _kinds_for(text):
        for found in kind.pattern.finditer(text):
            if kind.holds(found[found.re.groups]):
                yield kind.name, found[found.re.groups]
