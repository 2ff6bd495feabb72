"""What a step of a build declares of itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outsidein.figures.figure import Figure
from outsidein.figures.spec import FigureSpec
from outsidein.tables.table import Table

if TYPE_CHECKING:  # a run knows its step
    from outsidein.steps.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a build.

    Attributes:
        name: What the step does, for the person who waits.
        run: Does the work: writes tables through the run and returns the figures.
        reads: Tables that earlier steps wrote.
        reads_before: Tables of the snapshot before; any of them may be missing.
        reads_figures: Figures that earlier steps published.
        reads_figures_before: Figures of the snapshot before; any of them may be missing.
        writes: Tables that the step always writes.
        may_write: Tables that it writes only where a project declares what they need.
        figures: Figures that it may publish; by name where they have no specification.
    """

    name: str
    run: "Callable[[Run], Iterable[Figure]]"
    reads: tuple[Table, ...] = ()
    reads_before: tuple[Table, ...] = ()
    reads_figures: tuple[FigureSpec | str, ...] = ()
    reads_figures_before: tuple[FigureSpec | str, ...] = ()
    writes: tuple[Table, ...] = ()
    may_write: tuple[Table, ...] = ()
    figures: tuple[FigureSpec | str, ...] = ()
