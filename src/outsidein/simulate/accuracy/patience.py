"""Where callers' patience ends, beside the truth."""

from collections.abc import Iterator

from outsidein.simulate.accuracy.rows import Beside, Figures, Truth, beside, estimates
from outsidein.simulate.expected_shifts import ANSWERING
from outsidein.standards.figures import PROPOSED


def patience(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """The target that callers propose, where the firm's have a patience."""
    told = truth.firm.patience
    for figure, estimate in estimates(figures, "standard_targets") if told else ():
        group = estimate.group
        is_found = (group["standard"], group["state"]) == (ANSWERING, PROPOSED)
        if told and is_found and estimate.measure == "target":
            yield from beside(figure, estimate, told.until)
