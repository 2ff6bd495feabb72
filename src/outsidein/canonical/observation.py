"""Since when the sources hold every customer, also those who left since."""

from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.canonical.declaration import ObservationSettings

SURPRISE = 7.0
"""Ends of contracts that were to be expected before the first: e to the -7 is one in a thousand."""

SHORTEST_DAYS = 30
"""Days with ends of contracts from which the start of complete records is inferred."""


class ObservationStart(NamedTuple):
    """The first day of complete records, and how it is known.

    Attributes:
        day: First day from which customers who left are held too; None: since each customer's
            start, as far as can be seen.
        method: One sentence for the method of a figure.
        doubt: One sentence where it cannot be known, else None.
    """

    day: date | None = None
    method: str = "Contracts are taken to be in the sources from their start."
    doubt: str | None = None


FROM_THE_START = ObservationStart()
"""All customers are held from their start on, as far as can be seen."""


def observation_start(
    contracts: ir.Table, settings: ObservationSettings, *, as_of: date
) -> ObservationStart:
    """Find since when the sources hold contracts that have ended.

    An extract of the contracts in force on some day leaves out those that ended earlier, and
    customers seem to stay for longer than they do. Such a file shows itself: contracts ran for
    long, and none ended before some day. Where by the rate of the days after it seven or more
    should have, records are complete from the day after the first end only, so that the first
    end itself, which chose the day, does not count.

    Args:
        contracts: One row per contract.
        settings: The project's; what it declares holds.
        as_of: First day that does not count.
    """
    if settings.complete_from is not None:
        day = settings.complete_from
        return ObservationStart(day, f"Customers who left are in the sources from {day} on.")
    running = contracts.filter(contracts.started_on < ibis.literal(as_of))
    ended = running.filter(running.ended_on < ibis.literal(as_of))
    first = ended.aggregate(day=ended.ended_on.min()).to_pyarrow()["day"][0].as_py()
    return FROM_THE_START if first is None else _inferred(running, first, as_of)


def _inferred(running: ir.Table, first: date, as_of: date) -> ObservationStart:
    earlier, ended = _expected_before(running, first, as_of)
    if earlier.expected < SURPRISE:
        return FROM_THE_START
    if (as_of - first).days < SHORTEST_DAYS or ended == earlier.on_first:
        doubt = (
            f"No contract ended before {first}, though {earlier.running:,} were running: if the "
            "sources leave out contracts that ended earlier, customers stay for a shorter time "
            "than shown."
        )
        return ObservationStart(None, doubt, doubt)
    day = first + timedelta(days=1)
    return ObservationStart(
        day,
        f"Contracts count from {day} on: before {first} none ended, though by the rate since "
        f"about {earlier.expected:,.0f} should have.",
    )


class _Earlier(NamedTuple):
    running: int
    expected: float
    on_first: int


def _expected_before(running: ir.Table, first: date, as_of: date) -> tuple[_Earlier, int]:
    """Count the ends that the rate from the first end on lets expect before it."""
    day, today = ibis.literal(first), ibis.literal(as_of)
    until = ibis.least(running.ended_on.fill_null(today), today)
    before = ibis.greatest(day.delta(running.started_on, unit="day"), 0)
    after = ibis.greatest(until.delta(ibis.greatest(running.started_on, day), unit="day"), 1)
    row = running.aggregate(
        running=(running.started_on < day).cast("int64").sum(),
        before=before.sum(),
        after=after.sum(),
        ended=(running.ended_on < today).cast("int64").sum(),
        on_first=(running.ended_on == day).cast("int64").sum(),
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    expected = row["ended"] / row["after"] * row["before"]
    return _Earlier(row["running"], expected, row["on_first"]), row["ended"]
