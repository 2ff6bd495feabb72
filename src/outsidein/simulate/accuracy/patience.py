"""Where callers' patience ends, beside the truth."""

from collections.abc import Iterator

from outsidein.simulate.accuracy.comparison import Beside, Figures, Truth, beside, estimates_of
from outsidein.simulate.expected_shifts import ANSWERING
from outsidein.standards.figures import PROPOSED, STANDARD_TARGETS, TARGET


def patience(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """The target that callers propose, where the firm's have a patience."""
    true = truth.firm.patience
    if true is None:
        return
    proposed = {"standard": ANSWERING, "state": PROPOSED}
    for figure, estimate in estimates_of(figures, STANDARD_TARGETS, TARGET, **proposed):
        yield from beside(figure, estimate, true.until)
