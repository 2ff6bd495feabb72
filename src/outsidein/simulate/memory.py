"""Which failures customers have met: what raises their hazard now, and what is still to come."""

from dataclasses import dataclass

import numpy as np

from outsidein.simulate.column_buffer import Bools, Ints
from outsidein.simulate.declaration import Firm


@dataclass
class Memory:
    """One row per kind of failure and one column per customer.

    Attributes:
        raised: Met in the month before and not recovered from: these raise the hazard.
        met: Met in this month.
        unrecovered: Those of them the customer was not recovered from.
        met_later: Begun in this month, met in the next.
        unrecovered_later: Likewise.
        last: Number of each customer's last encounter in this month; -1 without one.
    """

    raised: Bools
    met: Bools
    unrecovered: Bools
    met_later: Bools
    unrecovered_later: Bools
    last: Ints

    @classmethod
    def empty(cls, firm: Firm, size: int) -> "Memory":
        """No failures yet."""
        none = np.zeros((5, len(firm.failure), size), np.bool_)
        return cls(none[0], none[1], none[2], none[3], none[4], np.full(size, -1, np.int64))

    def begin_month(self) -> None:
        """Let the month go: its failures raise the hazard of the one that begins."""
        self.raised, self.met, self.unrecovered = (
            self.unrecovered,
            self.met_later,
            self.unrecovered_later,
        )
        self.met_later = np.zeros_like(self.met)
        self.unrecovered_later = np.zeros_like(self.met)
        self.last = np.full_like(self.last, -1)

    def meet(self, kind: int, who: Ints, *, recovered: Bools, later: Bools) -> None:
        """Note failures of one kind.

        Args:
            kind: Of failure, by place.
            who: Customers, by place in the block.
            recovered: Whether a playbook undid the jump in hazard.
            later: Whether it happens after the month's end.
        """
        self.met[kind, who[~later]] = True
        self.met_later[kind, who[later]] = True
        self.unrecovered[kind, who[~later & ~recovered]] = True
        self.unrecovered_later[kind, who[later & ~recovered]] = True
