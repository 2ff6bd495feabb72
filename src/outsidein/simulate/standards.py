"""How well units keep their standards at a moment: declared values, drift and shifts."""

from typing import Literal

import numpy as np

from outsidein.simulate.changes import in_force
from outsidein.simulate.column_buffer import Floats, Ints
from outsidein.simulate.declaration import Firm
from outsidein.simulate.offering import Patience
from outsidein.simulate.people import DAY, seconds

YEAR = 365.25 * DAY
"""Seconds."""

MINUTE = 60
"""Seconds."""


def kept(firm: Firm, unit: Ints, at: Ints) -> Floats:
    """Return the probability that units keep their promise, or resolve a call.

    Args:
        firm: What the firm is like.
        unit: Units by place.
        at: Moments (seconds since 1970).
    """
    years = (at - seconds(firm.first_on)) / YEAR
    drift = np.array([one.kept_drift for one in firm.unit.values()])[unit]
    return np.clip(_declared(firm, "kept", unit, at) + drift * years, 0.0, 1.0)


def median_wait(firm: Firm, unit: Ints, at: Ints) -> Floats:
    """Return the median waiting time of units (seconds)."""
    return _declared(firm, "wait", unit, at)


def draw_waits(firm: Firm, rng: np.random.Generator, unit: Ints, at: Ints) -> Ints:
    """Draw waiting times (whole seconds)."""
    spread = np.array([one.wait_spread for one in firm.unit.values()])[unit]
    times = median_wait(firm, unit, at) * np.exp(spread * rng.standard_normal(len(unit)))
    return np.rint(times).astype(np.int64)


def draw_patience(patience: Patience, rng: np.random.Generator, size: int) -> Floats:
    """Draw how long callers wait before they hang up (seconds)."""
    left = rng.exponential(size=size)
    few = patience.until / MINUTE * patience.few
    early = left * MINUTE / patience.few if patience.few else np.full(size, np.inf)
    late = patience.until + (left - few) * MINUTE / patience.many
    return np.where(left < few, early, late)


def _declared(firm: Firm, name: Literal["kept", "wait"], unit: Ints, at: Ints) -> Floats:
    values = np.array([getattr(one, name) for one in firm.unit.values()], dtype=np.float64)[unit]
    for place, one in enumerate(firm.unit.values()):
        if one.shift:
            own = unit == place
            values[own] = in_force(one.shift, name, getattr(one, name), at[own])
    return values
