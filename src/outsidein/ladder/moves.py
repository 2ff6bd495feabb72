"""Figures: who moves from step to step, how soon, and how often month by month."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeVar

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from outsidein.canonical.observation import FROM_THE_START, ObservationStart
from outsidein.figures.figure import Estimate, Figure, Group
from outsidein.ladder.declaration import STAGE_NAMES, STAGES, Ladder
from outsidein.ladder.figures import (
    CLIMB,
    LADDER_STEPS,
    LADDER_TRANSITIONS,
    MEDIAN_DAYS,
    MOVES_IN_A_MONTH,
    WATCHED,
    WITHIN_DAYS,
)
from outsidein.ladder.stages import recent_month_ends
from outsidein.stats.proportion import Proportion
from outsidein.stats.survival import Survival, kaplan_meier, median_time, survival_at
from outsidein.stats.weighted import Totals, weighted_share

HORIZONS = (30, 90, 180, 365)
MONTHS = 12
FEWEST = 10


def first_days(spells: ir.Table) -> ir.Table:
    """Find the first day of each customer on each step, and on it or above.

    Returns:
        One row per customer: `customer_id`, and for each stage `on_...` and `from_...`, null
        where never.
    """
    steps = range(len(STAGES))
    on = {f"on_{s}": spells.from_on.min(where=spells.step == s) for s in steps}
    above = {f"from_{s}": spells.from_on.min(where=spells.step >= s) for s in steps}
    return spells.group_by("customer_id").aggregate(**on, **above)


def first_climbs(firsts: ir.Table, *, lower: str, upper: str, as_of: date) -> ir.Table:
    """Follow everyone from the first day on one step to the first day on the next or above.

    Who was on the upper step before is not followed: to fall back is no beginning.

    Args:
        firsts: From `first_days`, written or cached where it is read several times.
        lower: The step they begin on.
        upper: The step they may reach.
        as_of: The first day not looked at.

    Returns:
        One row per customer followed: `customer_id`, `began_on`, `reached_on` (null where not
        yet), `days` until then or until `as_of`, `has_reached`.
    """
    first = firsts.select(
        "customer_id",
        began_on=f"on_{STAGES.index(lower)}",
        reached_on=f"from_{STAGES.index(upper)}",
    )
    followed = first.filter(
        first.began_on.notnull(),
        first.reached_on.isnull() | (first.reached_on > first.began_on),
    )
    until = followed.reached_on.fill_null(ibis.literal(as_of))
    return followed.mutate(
        days=until.delta(followed.began_on, unit="day").cast("int64"),
        has_reached=followed.reached_on.notnull(),
    )


def steps_figure(
    spells: ir.Table,
    observed: Sequence[str],
    ladder: Ladder,
    *,
    as_of: date,
    observation: ObservationStart = FROM_THE_START,
) -> Figure:
    """Estimate for each step of the ladder who climbs it, and how soon.

    Customers whose climb began before the sources are complete count from then on: whoever had
    left by then is not among them.
    """
    firsts = first_days(spells).cache()
    estimates = [
        estimate
        for lower, upper in pairwise(observed)
        for estimate in (
            _by_time(lower, upper)
            if ladder.is_by_time(upper)
            else _climbing(firsts, lower, upper, as_of=as_of, start=observation.day)
        )
    ]
    day = observation.day
    late = f", whose climb began before {day} from then on" if day else ""
    return LADDER_STEPS.figure(estimates, as_of=as_of, start=late)


def _by_time(lower: str, upper: str) -> list[Estimate]:
    group = {"from": STAGE_NAMES[lower], "to": STAGE_NAMES[upper]}
    why = f"time alone defines {STAGE_NAMES[upper]}: whoever stays a customer gets there"
    return [CLIMB.unanswered(why, group=group)]


def _climbing(
    firsts: ir.Table, lower: str, upper: str, *, as_of: date, start: date | None
) -> list[Estimate]:
    group = {"from": STAGE_NAMES[lower], "to": STAGE_NAMES[upper]}
    climbs = _from_entry(first_climbs(firsts, lower=lower, upper=upper, as_of=as_of), start)
    counts = climbs.group_by("entry", "days").aggregate(
        reached=climbs.has_reached.cast("int64").sum(), followed=climbs.count()
    )
    rows = counts.to_pyarrow()
    reached, censored, entered = _by_day(rows)
    if entered[0] < FEWEST:
        return [CLIMB.unanswered(f"fewer than {FEWEST} customers", group=group)]
    curve = kaplan_meier(reached, censored, entered=entered)
    shares = [
        WITHIN_DAYS.named(days=days).estimated(
            _complement(survival_at(curve, days)),
            value="share",
            group=group,
        )
        for days in HORIZONS
        if days < len(reached)
    ]
    watched = list(_watched(climbs, [d for d in HORIZONS if d < len(reached)], group, as_of))
    half = median_time(curve)
    if half.time is None:
        soon = MEDIAN_DAYS.unanswered("fewer than half climb", group=group)
    else:
        soon = MEDIAN_DAYS.estimate(half.n, half.time, half.low, half.high, group=group)
    return [*shares, *watched, soon]


def _watched(
    climbs: ir.Table, horizons: Sequence[int], group: Group, as_of: date
) -> Iterator[Estimate]:
    """Count those who could be watched for so long; the others count until they leave sight."""
    if not horizons:
        return
    since = ibis.literal(as_of).delta(climbs.began_on, unit="day")
    counts = climbs.aggregate(
        **{str(days): (since >= days).cast("int64").sum() for days in horizons}
    )
    [row] = counts.to_pyarrow().to_pylist()
    for days in horizons:
        number = int(row[str(days)])
        yield WATCHED.named(days=days).counted(number, n=number, group=group)


def _from_entry(climbs: ir.Table, start: date | None) -> ir.Table:
    """Add `entry`, the days after which a climb counts, and drop those that were over by then."""
    if start is None:
        return climbs.mutate(entry=ibis.literal(0, "int64"))
    before = ibis.literal(start).delta(climbs.began_on, unit="day").cast("int64")
    late = climbs.mutate(entry=ibis.greatest(before, 0))
    return late.filter((late.entry == 0) | (late.days > late.entry))


def _by_day(rows: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return by day those who reached the step, were censored and entered."""
    days, entry, reached, followed = (
        rows.column(name).to_numpy() for name in ("days", "entry", "reached", "followed")
    )
    length = int(days.max(initial=0)) + 1
    events, ends, entered = (
        np.bincount(at, weights=n, minlength=length).astype(np.int64)
        for at, n in ((days, reached), (days, followed), (entry, followed))
    )
    return events, ends - events, entered


def _complement(survival: Survival) -> Proportion:
    return Proportion(1 - survival.survival, 1 - survival.high, 1 - survival.low, survival.n)


def transitions_figure(spells: ir.Table, observed: Sequence[str], *, as_of: date) -> Figure:
    """Estimate month by month how likely a customer moves from each step to each other.

    The months of one customer are alike, so that the interval goes by customers.
    """
    totals = _move_totals(spells, as_of=as_of)
    estimates = [
        _move(lower, upper, totals.get((STAGES.index(lower), STAGES.index(upper))))
        for lower in observed
        for upper in observed
    ]
    return LADDER_TRANSITIONS.figure(estimates, months=MONTHS)


def _move(lower: str, upper: str, totals: Totals | None) -> Estimate:
    group = {"from": STAGE_NAMES[lower], "to": STAGE_NAMES[upper]}
    if totals is None or totals.customers < FEWEST:
        return MOVES_IN_A_MONTH.unanswered(f"fewer than {FEWEST} customers", group=group)
    return MOVES_IN_A_MONTH.estimated(weighted_share(totals), value="share", group=group)


def _move_totals(spells: ir.Table, *, as_of: date) -> dict[tuple[int, int], Totals]:
    """Sum up over customers the months begun on each step, and those that ended on each.

    Of a stay over several months' ends only the last can lead to another step, so that stays are
    joined with the next, not every month with the next.
    """
    stays = _months_of(spells, recent_month_ends(as_of, MONTHS + 1)).cache()
    after = stays.select(customer_id="customer_id", start="first", next_step="step")
    left = stays.join(
        after, [stays.customer_id == after.customer_id, stays["last"] + 1 == after.start]
    ).select("customer_id", "step", "next_step", months=ibis.literal(1, "int64"))
    stayed = stays.filter(stays["last"] > stays["first"])
    same = stayed.select(
        "customer_id", "step", next_step="step", months=stayed["last"] - stayed["first"]
    )
    moves = ibis.union(left, same).group_by("customer_id", "step", "next_step")
    return _totals(moves.aggregate(y=ibis._.months.sum().cast("int64")).cache())


def _totals(moves: ir.Table) -> dict[tuple[int, int], Totals]:
    """Sum up moves of customers, one row per customer, step and next step."""
    months = moves.group_by("customer_id", "step").aggregate(w=moves.y.sum().cast("int64"))
    of_step = months.group_by("step").aggregate(
        customers=months.count(), w=months.w.sum(), ww=(months.w * months.w).sum()
    )
    joined = moves.join(months, ["customer_id", "step"])
    of_move = joined.group_by("step", "next_step").aggregate(
        y=joined.y.sum(), wy=(joined.w * joined.y).sum(), yy=(joined.y * joined.y).sum()
    )
    cells = {(row["step"], row["next_step"]): row for row in of_move.to_pyarrow().to_pylist()}
    nothing = {"y": 0, "wy": 0, "yy": 0}
    totals = {}
    for row in of_step.to_pyarrow().to_pylist():
        for upper in range(len(STAGES)):
            cell = cells.get((row["step"], upper), nothing)
            totals[row["step"], upper] = Totals(
                row["customers"],
                *(int(n) for n in (row["w"], row["w"], cell["y"])),
                *(int(n) for n in (row["ww"], cell["wy"], cell["yy"])),
            )
    return totals


def _months_of(spells: ir.Table, ends: Sequence[date]) -> ir.Table:
    """One row per stay over one of some months' ends in a row: the first and last, by number."""
    first, last = (_number(day.year, day.month) for day in (ends[0], ends[-1]))
    on_a_step = spells.filter(spells.step >= 0)
    began = _number(on_a_step.from_on.year(), on_a_step.from_on.month()).cast("int64")
    ended = _number(on_a_step.to_on.year(), on_a_step.to_on.month()).cast("int64") - 1
    months = on_a_step.select(
        "customer_id",
        "step",
        first=ibis.greatest(began, first),
        last=ibis.least(ended.fill_null(last), last),
    )
    return months.filter(months["first"] <= months["last"])


N = TypeVar("N", int, ir.IntegerValue)


def _number(year: N, month: N) -> N:
    return year * 12 + month
