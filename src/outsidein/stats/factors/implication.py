"""From factor over benefit to value: the implication matrix and the map drawn from it."""

from dataclasses import dataclass

import numpy as np

from outsidein.errors import TooLittleData
from outsidein.stats.factors.ratings import Bools, Floats, Ints

KEPT = 2 / 3
"""Of all relations a map should still show so many."""


@dataclass(frozen=True, slots=True, eq=False)
class HierarchicalMap:
    """Which code leads to which.

    Attributes:
        direct: Codes by codes: customers who named the second as the very reason of the first.
        indirect: Likewise with other codes between.
        shown: Codes by codes: whether the relation is drawn.
        cut: Customers from which a relation is drawn (count).
        kept: Share of all direct relations that are drawn.
        abstractness: Per code, the share of its relations in which it is the end (0 to 1); NaN
            for a code without any.
        centrality: Per code, the share of all relations that it takes part in.
    """

    direct: Ints
    indirect: Ints
    shown: Bools
    cut: int
    kept: float
    abstractness: Floats
    centrality: Floats


def hierarchical_map(direct: Ints, indirect: Ints, *, fewest: int = 1) -> HierarchicalMap:
    """Choose which relations between codes to draw.

    A relation is drawn where so many customers named it, directly or by way of others, as the cut
    asks, and at least one directly. The cut is the highest at which two thirds of all direct
    relations are still drawn, and never below `fewest`; relations of a code with itself are left
    out.

    Args:
        direct: Codes by codes: customers who went from the first straight to the second.
        indirect: Codes by codes: customers who got there by way of others.
        fewest: The lowest cut (count).

    Raises:
        TooLittleData: There is no relation.

    Example:
        >>> direct = np.array([[0, 9, 1], [0, 0, 8], [0, 0, 0]])
        >>> result = hierarchical_map(direct, np.array([[0, 0, 6], [0, 0, 0], [0, 0, 0]]))
        >>> result.cut, result.abstractness.round(2).tolist()
        (8, [0.0, 0.53, 1.0])

    Source:
        Reynolds & Gutman (1988), "Laddering theory, method, analysis, and interpretation",
        Journal of Advertising Research 28(1).
    """
    direct, indirect = (_no_loops(matrix) for matrix in (direct, indirect))
    if not direct.any():
        raise TooLittleData(0, needed=1, of="relations between codes")
    together = direct + indirect
    cut = max(fewest, _cut_weak_links(direct, together))
    shown = (together >= cut) & (direct > 0)
    ends, begins = direct.sum(axis=0), direct.sum(axis=1)
    touching = ends + begins
    blank = np.full(len(touching), np.nan)
    return HierarchicalMap(
        direct,
        indirect,
        shown,
        cut,
        float(direct[shown].sum() / direct.sum()),
        np.divide(ends, touching, out=blank, where=touching > 0),
        touching / direct.sum(),
    )


def _no_loops(matrix: Ints) -> Ints:
    kept = matrix.copy()
    np.fill_diagonal(kept, 0)
    return kept


def _cut_weak_links(direct: Ints, together: Ints) -> int:
    levels = np.unique(together[direct > 0])[::-1]
    kept = [direct[(together >= level)].sum() / direct.sum() for level in levels]
    return int(next(level for level, share in zip(levels, kept, strict=True) if share >= KEPT))
