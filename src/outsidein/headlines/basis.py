"""What statements are made from: the figures of a build, and what the project declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outsidein.objectives.declaration import Objective
from outsidein.present.figure_set import FigureSet
from outsidein.value.declaration import Tier

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis(FigureSet):
    """The protected figures of a build, the customers, and the declarations behind them.

    Attributes:
        customers: The table `customers`, with `is_reachable` and `had_disaster`.
        tiers: As declared, the best first, with their policies.
        objectives: As declared.
        cost_of_contact: The least that a contact with a customer costs, in minor units.
        segments: Those whose rules ask who customers are, and not what they did or brought, each
            with the columns that its rule names.
    """

    customers: "ir.Table"
    tiers: tuple[Tier, ...] = ()
    objectives: tuple[Objective, ...] = ()
    cost_of_contact: int = 0
    segments: Mapping[str, frozenset[str]] = field(default_factory=dict)
