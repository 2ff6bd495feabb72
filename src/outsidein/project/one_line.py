"""Text of one line: what is put into the subject of a mail or the head of a list."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that break a line, control a terminal, or are no character."""


def is_one_line(text: str) -> bool:
    """Return whether a text has neither line breaks nor control characters.

    Example:
        >>> is_one_line("Your parcel came late"), is_one_line("Your parcel" + chr(10) + "came late")
        (True, False)
    """
    return not any(unicodedata.category(char) in BREAKING for char in text)


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("write something")
    if not is_one_line(text):
        raise ValueError("write it in one line, without control characters")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
"""One line of text that is not empty."""
