"""Shows what each step of a build took."""

from rich.console import Console

from outsidein.pipeline.usage import StepUsage

_MEGABYTE = 1_000_000


def print_usage(console: Console, usage: StepUsage) -> None:
    """Print a step with its own seconds and its peak memory."""
    peak = usage.peak_bytes / _MEGABYTE
    console.print(f"{usage.name}: {usage.seconds:.1f} s, {peak:,.0f} MB", markup=False)
