"""Seconds and peak memory of a step."""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class StepUsage:
    """What a step took.

    Attributes:
        name: Name of the step.
        seconds: Wall time.
        peak_bytes: The most memory that the process held while the step ran; where the system
            cannot tell, since the process began.
    """

    name: str
    seconds: float
    peak_bytes: int


@contextmanager
def measured(name: str, report: Callable[[StepUsage], None]) -> Iterator[None]:
    """Measure a step, and report it once it is over; a step that fails is not reported."""
    with suppress(OSError):  # only Linux forgets a peak
        _CLEAR.write_text(_RESET_PEAK)
    began = perf_counter()
    yield
    report(StepUsage(name, perf_counter() - began, peak_memory()))


def peak_memory() -> int:
    """Return the most memory that this process has held since the last reset (bytes)."""
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * _KILOBYTE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KILOBYTE
