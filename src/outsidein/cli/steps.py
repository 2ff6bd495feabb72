"""Shows the steps of a build and how long each took."""

from time import perf_counter
from types import TracebackType
from typing import Self

from rich.console import Console


class Steps:
    """Prints a step when it is over, with its seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._name = ""
        self._since = perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._over()

    def begin(self, name: str) -> None:
        """End the step under way and begin another."""
        self._over()
        self._name, self._since = name, perf_counter()

    def _over(self) -> None:
        if self._name:
            seconds = perf_counter() - self._since
            self._console.print(f"{self._name}: {seconds:.1f} s", markup=False)
