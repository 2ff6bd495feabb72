"""Figures: how many customers stand where, today and at past months' ends."""

from collections.abc import Collection
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.canonical.observation import FROM_THE_START, ObservationStart
from outsidein.figures.figure import Estimate, Figure
from outsidein.ladder.declaration import STAGE_NAMES, STAGES, Ladder
from outsidein.ladder.figures import (
    CUSTOMERS,
    FORMER_CUSTOMERS,
    LADDER_HISTORY,
    LADDER_TODAY,
    ON_NO_STEP,
    SHARE_OF_CUSTOMERS,
)
from outsidein.ladder.spells import NO_STAGE
from outsidein.ladder.tables import FORMER_STEP
from outsidein.ladder.turning import month_ends

NOT_OBSERVED = "not observed"
HISTORY_MONTHS = 24


def observed_stages(spells: ir.Table, ladder: Ladder) -> list[str]:
    """Return the stages on which any customer ever stood, from the lowest.

    A stage without a condition, or whose condition nothing in the data ever met, is not observed:
    neither nobody nor everybody stands there.
    """
    seen = spells.filter(spells.stage.notnull()).select("stage").distinct()
    met = set(seen.to_pyarrow().column("stage").to_pylist())
    return [stage for stage in STAGES if stage in ladder.rules and stage in met]


def stages_today_figure(spells: ir.Table, observed: Collection[str], *, as_of: date) -> Figure:
    """Count the customers on each step today, and beside them the former ones."""
    lasting = spells.filter(spells.to_on.isnull())
    today = lasting.group_by("step").aggregate(n=lasting.count())
    counts = {row["step"]: row["n"] for row in today.to_pyarrow().to_pylist()}
    former = counts.pop(FORMER_STEP, 0)
    everyone = sum(counts.values())
    estimates = [
        estimate
        for stage in (*STAGES, None)
        for estimate in _standing(
            stage, counts.get(STAGES.index(stage) if stage else NO_STAGE, 0), everyone, observed
        )
    ]
    beside = FORMER_CUSTOMERS.counted(former, n=former, group={"stage": "Former customers"})
    return LADDER_TODAY.figure([*estimates, beside], as_of=as_of)


def _standing(
    stage: str | None, n: int, everyone: int, observed: Collection[str]
) -> list[Estimate]:
    group = {"stage": STAGE_NAMES[stage] if stage else ON_NO_STEP}
    if stage and stage not in observed:
        return [CUSTOMERS.unanswered(NOT_OBSERVED, group=group)]
    share = n / everyone if everyone else 0.0
    return [
        CUSTOMERS.counted(n, n=n, group=group),
        SHARE_OF_CUSTOMERS.counted(share, n=n, group=group),
    ]


def history_figure(
    spells: ir.Table,
    *,
    as_of: date,
    look_back: int = 0,
    observation: ObservationStart = FROM_THE_START,
) -> Figure:
    """Count the customers on each step at the end of each of the last months.

    Months at which the data do not yet reach as far back as the rules look are left out: steps
    would seem to fill as the data begin.

    Args:
        spells: From `ladder_spells`.
        as_of: The first day not looked at.
        look_back: Days that the rules look back.
        observation: Since when the sources are complete.
    """
    begin = spells.aggregate(day=spells.from_on.min()).to_pyarrow()["day"][0].as_py() or as_of
    first = max(begin + timedelta(days=look_back), observation.day or begin)
    ends = [end for end in recent_month_ends(as_of, HISTORY_MONTHS) if end >= first]
    counts = (
        states_at(spells, ends)
        .group_by("month_end", "step")
        .aggregate(n=ibis._.count())
        .order_by("month_end", "step")
    )
    estimates = tuple(
        CUSTOMERS.counted(
            row["n"],
            n=row["n"],
            group={"month": str(row["month_end"]), "stage": STAGE_NAMES[STAGES[row["step"]]]},
        )
        for row in counts.to_pyarrow().to_pylist()
        if row["step"] >= 0
    )
    return LADDER_HISTORY.figure(
        estimates, history_months=HISTORY_MONTHS, start=_start(begin, look_back)
    )


def _start(begin: date, look_back: int) -> str:
    if not look_back:
        return f"The data begin on {begin}."
    return (
        f"The data begin on {begin} and the rules look back {look_back} days: months before that "
        "is possible are left out."
    )


def recent_month_ends(as_of: date, months: int) -> list[date]:
    """Return the last `months` months' ends before `as_of`, the earliest first."""
    return month_ends(before=as_of)[-months:]


def states_at(spells: ir.Table, days: list[date]) -> ir.Table:
    """Return the step of each customer at the end of each given day.

    Returns:
        One row per customer and day of `days` since first seen: `customer_id`, `month_end`,
        `step`.
    """
    ends = ibis.memtable(pa.table({"month_end": pa.array(days, pa.date32())}))
    standing = spells.join(
        ends,
        [
            spells.from_on <= ends.month_end,
            spells.to_on.isnull() | (spells.to_on > ends.month_end),
        ],
    )
    return standing.select("customer_id", "month_end", "step")
