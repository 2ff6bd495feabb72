"""Characters that a reader's screen obeys, written out so that they are seen."""

import re
from collections.abc import Mapping
from typing import Any

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff]"
)
"""Controls but tab and line feed, other ends of lines, marks of direction, and what is no character
in XML."""


def visible(text: str) -> str:
    r"""Write out the characters of a text that a screen obeys; tabs and line feeds stay.

    Example:
        >>> print(visible("\x1b[31mred"))
        \x1b[31mred
    """
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def visible_json(document: str) -> str:
    r"""Write out in a JSON document the characters that a screen obeys, as JSON escapes them.

    Example:
        >>> print(visible_json('["a\x9b"]'))
        ["a\u009b"]
    """
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def visible_value(value: Any) -> Any:  # noqa: ANN401  of a page or a chart
    r"""Return a value with every plain text in it written out; markup is left alone.

    Example:
        >>> print(visible_value({"unit": ["a\x07", 1]}))
        {'unit': ['a\\x07', 1]}
    """
    if type(value) is str:
        return visible(value)
    if isinstance(value, Mapping):
        return {visible_value(key): visible_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [visible_value(each) for each in value]
    return value
