"""A worker: repeats every duty until it is stopped."""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from outsidein.errors import InputError

log = logging.getLogger("outsidein.worker")

GLANCE = 0.2
"""Seconds between looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A recurring task.

    `do` does one thing of what is due at a moment and says how many it did; `pause` is how long
    to wait when there was nothing to do.
    """

    name: str
    do: Callable[[datetime], int]
    pause: timedelta


def run_duties(duties: Sequence[Duty], *, clock: Callable[[], datetime], stop: Event) -> None:
    """Do every duty in a thread of its own until `stop` is set.

    What is under way then is finished; nothing new is begun. A duty that fails is logged and
    tried again after its pause; the others go on.
    """
    with ThreadPoolExecutor(max(len(duties), 1), thread_name_prefix="duty") as threads:
        running = [threads.submit(_repeat, duty, clock, stop) for duty in duties]
        while not stop.is_set() and not all(future.done() for future in running):
            time.sleep(GLANCE)
        stop.set()
    for future in running:
        future.result()


def run_duties_once(
    duties: Sequence[Duty], *, clock: Callable[[], datetime]
) -> dict[str, int | None]:
    """Do every duty until nothing more is due, then return; one that fails keeps none waiting.

    Returns:
        What was done, by duty (count); None for one that failed.
    """
    done: dict[str, int | None] = {}
    for duty in duties:
        did = total = _once(duty, clock())
        while did and total is not None:
            did = _once(duty, clock())
            total = None if did is None else total + did
        done[duty.name] = total
    return done


def stop_on_signal() -> Event:
    """Return what is set by SIGTERM or SIGINT; call it in the main thread."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _repeat(duty: Duty, clock: Callable[[], datetime], stop: Event) -> None:
    while not stop.is_set():
        if not _once(duty, clock()):
            stop.wait(duty.pause.total_seconds())


def _once(duty: Duty, now: datetime) -> int | None:
    """Do it once; None where it failed."""
    try:
        return duty.do(now)
    except InputError as error:
        log.error("%s: %s", duty.name, error)  # noqa: TRY400  the message says everything
    except Exception:  # the outermost loop: one bug must not stop the other work
        log.exception("%s failed; it is tried again", duty.name)
    return None
