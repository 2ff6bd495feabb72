"""Of how many customers the start is known, which all figures by tenure rest on."""

from datetime import timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.canonical.observation import ObservationStart
from outsidein.churn.declaration import Silence
from outsidein.churn.figures import SHARE_WITH_KNOWN_START
from outsidein.figures.figure import Estimate

ALL_CUSTOMERS = {"group": None, "month": None}


class KnownStart(NamedTuple):
    """The share of customers whose start is known, and a sentence for the method of a figure."""

    share: Estimate
    method: str


def known_start(
    spells: ir.Table, *, silence: Silence | None, observation: ObservationStart
) -> KnownStart:
    """Count the customers who were under observation from their start on.

    By contracts, those whose contract began when records were complete. By silence, those first
    seen later than one silence of the rule after the first order of all: who is seen earlier may
    have been a customer before the data begin.

    Args:
        spells: From `spells`.
        silence: From `silence_days`; None where the rule goes by contracts.
        observation: Since when the sources are complete.
    """
    first = spells.filter(spells.spell == 1)
    count, begin = _count(first), first.aggregate(day=first.started_on.min())
    day = begin.to_pyarrow()["day"][0].as_py()
    if not count:
        return KnownStart(SHARE_WITH_KNOWN_START.unanswered("there are no customers"), "")
    if silence is None:
        with_known_start = _count(first.filter(first.entered_on == first.started_on))
        share = SHARE_WITH_KNOWN_START.counted(
            with_known_start / count, n=count, group=ALL_CUSTOMERS
        )
        if observation.doubt:
            share = SHARE_WITH_KNOWN_START.unanswered(observation.doubt, group=ALL_CUSTOMERS)
        return KnownStart(share, observation.method)
    begun = observation.day or day
    sure = ibis.literal(begun + timedelta(days=silence.days))
    with_known_start = _count(first.filter(first.started_on > sure))
    share = SHARE_WITH_KNOWN_START.counted(with_known_start / count, n=count, group=ALL_CUSTOMERS)
    return KnownStart(share, _by_silence(count - with_known_start, count, silence, observation))


def _by_silence(early: int, count: int, silence: Silence, observation: ObservationStart) -> str:
    of_all = f"{early:,} of {count:,} customers were first seen within {silence.days} days of"
    if observation.day is None:
        return (
            f"Tenure counts from a customer's first order in the data: {of_all} the first order of "
            "all, and may have been customers before."
        )
    return f"{of_all} {observation.day} and are left out: they may have been customers before."


def _count(rows: ir.Table) -> int:
    return int(rows.count().to_pyarrow().as_py())
