"""What a build published, beside what is true of the firm that was simulated."""

from collections.abc import Callable, Iterator

from outsidein.simulate.accuracy.churn import leaving, reasons
from outsidein.simulate.accuracy.comparison import Beside, Figures, Truth
from outsidein.simulate.accuracy.customers import identity, retention, stages
from outsidein.simulate.accuracy.patience import patience
from outsidein.simulate.accuracy.value import lifetimes, profits
from outsidein.simulate.accuracy.verdicts import verdicts
from outsidein.simulate.simulation import TRUTH
from outsidein.workspace.project import Project

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


def truth_of(project: Project) -> Truth:
    """Return the truth of a simulated project.

    Raises:
        InputError: The project was not simulated.
    """
    return Truth(project.folder / TRUTH)


def beside_truth(figures: Figures, truth: Truth) -> list[Beside]:
    """Compare every published estimate whose truth is known with it.

    Args:
        figures: Those of a snapshot, by name.
        truth: Of the simulated project.
    """
    return [row for compared in COMPARED for row in compared(figures, truth)]


def coverage(rows: list[Beside]) -> tuple[int, int]:
    """Count the intervals that hold the truth, and all that there are.

    Intervals of one figure rest on the same customers, so that they miss together.
    """
    covered = [row.covered for row in rows if row.covered is not None]
    return sum(covered), len(covered)
