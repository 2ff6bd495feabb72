"""A log and a terminal that show what texts hold instead of obeying it."""

import logging
from typing import Any

from rich.console import Console
from rich.text import Text

from outsidein.present.visible_text import visible


class RecordFormatter(logging.Formatter):
    """Begins one line for each record of a log; whatever lines follow in it are indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return visible(super().format(record)).replace("\n", "\n  ")


class VisibleConsole(Console):
    """A console whose terminal obeys nothing in the texts that it is given."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401, D102  as rich has it
        return super().render_str(visible(text), **options)
