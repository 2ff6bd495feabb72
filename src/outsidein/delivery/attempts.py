"""One connection to an outside service, whose every use ends at a deadline."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from outsidein.errors import DeliveryError

T = TypeVar("T")

DEADLINE = timedelta(seconds=30)
"""An attempt ends by then, from the look-up of the host to the last byte of the answer: a worker
stops within this time, and a lease is never outlived."""


class Attempts:
    """Runs attempts one after another on one event loop, each until its deadline.

    What is under way at the deadline is cancelled, so that nothing more is sent.
    """

    def __init__(self, deadline: timedelta = DEADLINE) -> None:
        self._deadline = deadline
        self._runner: asyncio.Runner | None = None

    def run(self, attempt: Coroutine[Any, Any, T]) -> T:
        """Run an attempt.

        Raises:
            DeliveryError: It was not over at the deadline.
        """
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            return self._runner.run(asyncio.wait_for(attempt, self._deadline.total_seconds()))
        except TimeoutError as error:
            seconds = f"{self._deadline.total_seconds():g}"
            raise DeliveryError(
                f"no answer: not done within {seconds} seconds", is_permanent=False
            ) from error

    def close(self) -> None:
        """Close the loop; the next attempt opens another."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close()
