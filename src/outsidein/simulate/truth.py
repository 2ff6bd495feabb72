"""What a build published, beside what is true of the firm that was simulated."""

from collections.abc import Callable, Iterator
from pathlib import Path

from outsidein.figures.figure import read_figure
from outsidein.simulate.accuracy.leaving import leaving, reasons
from outsidein.simulate.accuracy.patience import patience
from outsidein.simulate.accuracy.rows import Beside, Figures, Truth
from outsidein.simulate.accuracy.standing import identity, retention, stages
from outsidein.simulate.accuracy.verdicts import verdicts
from outsidein.simulate.accuracy.worth import lifetimes, profits

COMPARED: tuple[Callable[[Figures, Truth], Iterator[Beside]], ...] = (
    identity,
    stages,
    retention,
    profits,
    lifetimes,
    leaving,
    reasons,
    verdicts,
    patience,
)
"""What is compared; each looks up its figures and yields nothing where they are not published."""


def beside_truth(figures: Path, truth: Path) -> list[Beside]:
    """Set every estimate whose truth is known beside it.

    Args:
        figures: Folder of a snapshot's figures.
        truth: Folder `truth` of the simulated project.

    Raises:
        InputError: The project was not simulated.
    """
    known = Truth(truth)
    published = {path.stem: read_figure(path) for path in sorted(figures.glob("*.parquet"))}
    return [row for compared in COMPARED for row in compared(published, known)]


def coverage(rows: list[Beside]) -> tuple[int, int]:
    """Count the intervals that hold the truth, and all that there are.

    Intervals of one figure rest on the same customers, so that they miss together.
    """
    told = [row.covered for row in rows if row.covered is not None]
    return sum(told), len(told)
