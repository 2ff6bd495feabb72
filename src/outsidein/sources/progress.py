"""Progress display while sources load."""

from collections.abc import Callable
from time import perf_counter
from typing import Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.status import Status

Advance = Callable[[int], None]
"""Called with the number of rows read since the last call."""


class Progress(Protocol):
    """Observes the loading of sources, one after another."""

    def started(self, source: str) -> None:
        """A source is being read."""

    def advanced(self, rows: int) -> None:
        """Further rows were read."""

    def finished(self, *, rows: int, size: int) -> None:
        """The source is loaded: its rows (count) and files (bytes)."""


class SilentProgress:
    """Shows nothing."""

    def started(self, source: str) -> None:
        """Show nothing."""

    def advanced(self, rows: int) -> None:
        """Show nothing."""

    def finished(self, *, rows: int, size: int) -> None:
        """Show nothing."""


class ConsoleProgress:
    """One line per source with rows, rows per second and bytes; animated on a terminal.

    Args:
        console: Where to write.
        clock: Seconds, for display only.
    """

    def __init__(self, console: Console, *, clock: Callable[[], float] = perf_counter) -> None:
        self._console = console
        self._clock = clock
        self._status = Status("", console=console)
        self._source = ""
        self._rows = 0
        self._since = 0.0

    def started(self, source: str) -> None:
        """Begin the line of a source."""
        self._source, self._rows, self._since = source, 0, self._clock()
        if self._console.is_terminal:
            self._status.update(f"{source}: reading")
            self._status.start()

    def advanced(self, rows: int) -> None:
        """Update the line."""
        self._rows += rows
        if self._console.is_terminal:
            self._status.update(f"{self._source}: {self._figures(self._rows)}")

    def finished(self, *, rows: int, size: int) -> None:
        """Print the final line."""
        self._status.stop()
        self._console.print(
            f"{self._source}: {self._figures(rows)}, {decimal(size)}", highlight=False, markup=False
        )

    def _figures(self, rows: int) -> str:
        seconds = self._clock() - self._since
        pace = f", {rows / seconds:,.0f} rows/s" if seconds > 0 else ""
        return f"{rows:,} rows{pace}"
