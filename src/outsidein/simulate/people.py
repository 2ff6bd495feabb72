"""Who the customers of a block are: what never changes about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from outsidein.simulate.column_buffer import Bools, Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.offering import SegmentTruth
from outsidein.simulate.streams import Process, stream

DAY = 86_400
"""Seconds."""

PREFERENCE = 0.7
"""Share of orders that go through a customer's preferred channel."""


@dataclass(frozen=True, eq=False)
class People:
    """The customers of one block; one element per customer.

    Attributes:
        number: Of the customer in the firm, from 0.
        segment: Place in the firm's segments.
        joined: Midnight of the first day (seconds since 1970).
        rate: Orders a month; 0 for prospects.
        hazard: Multiplies the hazard of churning.
        spend: Multiplies prices.
        under_contract: Whether they subscribe.
        portuguese: Whether they write Portuguese.
        channel: Preferred channel, by place.
        depot: Unit that delivers to them, by place among all units.
        store: Store they go to, likewise.
        willing: Whether they may be written to, at first.
    """

    number: Ints
    segment: Ints
    joined: Ints
    rate: Floats
    hazard: Floats
    spend: Floats
    under_contract: Bools
    portuguese: Bools
    channel: Ints
    depot: Ints
    store: Ints
    willing: Bools

    def __len__(self) -> int:
        return len(self.number)


def people(firm: Firm, *, seed: int, block: int, first: int, size: int) -> People:
    """Draw the customers of a block.

    Args:
        firm: What the firm is like.
        seed: Of the whole simulation.
        block: Number of the block, from 0.
        first: Number of its first customer.
        size: Its customers (count).
    """
    rng = stream(seed, Process.PEOPLE, block)
    segments = list(firm.segment.values())
    segment = draw_categories(rng, [s.share for s in segments], size)
    shape, mean = _of(segments, "order_shape")[segment], _of(segments, "orders")[segment]
    rate = rng.gamma(shape, mean / shape)
    prospect = rng.random(size) < _of(segments, "prospects")[segment]
    spread = firm.purchases.spread
    return People(
        number=np.arange(first, first + size, dtype=np.int64),
        segment=segment,
        joined=_joined(firm, rng, size),
        rate=np.where(prospect, 0.0, rate),
        hazard=_of(segments, "churn")[segment] * _frailty(firm, rng, size),
        spend=_of(segments, "spend")[segment] * rng.lognormal(-(spread**2) / 2, spread, size),
        under_contract=rng.random(size) < _of(segments, "contract")[segment],
        portuguese=rng.random(size) < _of(segments, "portuguese")[segment],
        channel=draw_categories(rng, [c.share for c in firm.channel.values()], size),
        depot=draw_unit(firm, rng, "delivery", size),
        store=draw_unit(firm, rng, "visit", size),
        willing=rng.random(size) < firm.identity.consents,
    )


def seconds(day: date) -> int:
    """Midnight of a day, in seconds since 1970.

    Example:
        >>> seconds(date(1970, 1, 2))
        86400
    """
    return (day - date(1970, 1, 1)).days * DAY


def draw_categories(rng: np.random.Generator, weights: Iterable[float], size: int) -> Ints:
    """Draw places with these weights."""
    edges = np.cumsum(np.fromiter(weights, float))
    places = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(places, dtype=np.int64)


def draw_unit(firm: Firm, rng: np.random.Generator, kind: str, size: int) -> Ints:
    """Draw units of a kind, by place among all units."""
    units = list(firm.unit.values())
    places = np.array([place for place, unit in enumerate(units) if unit.kind == kind])
    return np.asarray(
        places[draw_categories(rng, [units[p].share for p in places], size)], dtype=np.int64
    )


def _of(segments: Sequence[SegmentTruth], name: str) -> Floats:
    return np.array([getattr(one, name) for one in segments], dtype=np.float64)


def _joined(firm: Firm, rng: np.random.Generator, size: int) -> Ints:
    days = rng.integers(0, MONTH * firm.months, size)
    return np.asarray(seconds(firm.first_on) + days * DAY, dtype=np.int64)


def _frailty(firm: Firm, rng: np.random.Generator, size: int) -> Floats:
    variance = firm.contract.frailty
    if not variance:
        return np.ones(size)
    return np.asarray(rng.gamma(1 / variance, variance, size), dtype=np.float64)
