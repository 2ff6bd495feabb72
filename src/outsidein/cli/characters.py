"""Characters that a terminal or a log obeys, written out so that a reader sees them."""

import logging
import re
from typing import Any

from rich.console import Console
from rich.text import Text

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Controls but tab and line feed, other ends of lines, marks of direction, lone surrogates."""


def visible(text: str) -> str:
    r"""Write out the characters of a text that a terminal obeys; tabs and line feeds stay.

    Example:
        >>> print(visible("\x1b[31mred"))
        \x1b[31mred
    """
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def visible_json(document: str) -> str:
    r"""Write out in a JSON document the characters that a terminal obeys, as JSON escapes them.

    Example:
        >>> print(visible_json('["a\x9b"]'))
        ["a\u009b"]
    """
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


class RecordFormatter(logging.Formatter):
    """Begins one line for each record of a log; whatever lines follow in it are indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return visible(super().format(record)).replace("\n", "\n  ")


class VisibleConsole(Console):
    """A console whose terminal obeys nothing in the texts that it is given."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401, D102  as rich has it
        return super().render_str(visible(text), **options)
