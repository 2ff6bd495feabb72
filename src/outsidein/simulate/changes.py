"""What changes on a declared day: the value in force at each moment, and the list of changes."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np

from outsidein.simulate.column_buffer import Floats, Ints
from outsidein.simulate.declaration import Firm
from outsidein.simulate.people import seconds


class Dated(Protocol):
    """A declared change: its day; its other attributes are the values from then on."""

    @property
    def on(self) -> date:
        """The first day on which it holds."""


class Change(NamedTuple):
    """One value that changes on one day.

    Attributes:
        of: Whose: "unit", "factor", "contract" or "purchases".
        name: Of the unit or factor; empty elsewhere.
        on: First day.
        what: The value that changes.
        before: Until then.
        after: From then on.
    """

    of: str
    name: str
    on: date
    what: str
    before: float
    after: float


def in_force(shifts: Sequence[Dated], name: str, first: float, at: Ints) -> Floats:
    """Return a value at moments.

    Args:
        shifts: Declared changes, in any order; those that leave the value out do not touch it.
        name: Of the value.
        first: Before any change.
        at: Moments (seconds since 1970).

    Example:
        >>> from outsidein.simulate.offering import HazardShift
        >>> shifts = [HazardShift(on=date(1970, 1, 2), hazard=2.0)]
        >>> in_force(shifts, "hazard", 1.0, np.array([0, 86_400])).tolist()
        [1.0, 2.0]
    """
    values = np.full(len(at), first, dtype=np.float64)
    for shift in sorted(shifts, key=lambda shift: shift.on):
        new = getattr(shift, name)
        if new is not None:
            values = np.where(at >= seconds(shift.on), new, values)
    return values


def changes(firm: Firm) -> Iterator[Change]:
    """Yield every change that is declared, by what it is of and by day."""
    for name, unit in firm.unit.items():
        starts = {"kept": unit.kept, "wait": unit.wait}
        yield from _changes("unit", name, unit.shift, starts)
    for name, factor in firm.factor.items():
        starts = {"low": factor.low, "high": factor.high}
        yield from _changes("factor", name, factor.shift, starts)
    yield from _changes("contract", "", firm.contract.shift, {"hazard": 1.0})
    yield from _changes("purchases", "", firm.purchases.shift, {"orders": 1.0, "spend": 1.0})


def _changes(
    of: str, name: str, shifts: Sequence[Dated], starts: dict[str, float]
) -> Iterator[Change]:
    values = dict(starts)
    for shift in sorted(shifts, key=lambda shift: shift.on):
        for what, before in values.items():
            after = getattr(shift, what)
            if after is not None and after != before:
                yield Change(of, name, shift.on, what, before, after)
                values[what] = after
