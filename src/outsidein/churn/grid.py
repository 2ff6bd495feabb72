"""Spells counted by tenure, for all customers and within groups."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from outsidein.churn.calendar_months import months_within
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.tenure import PLACES, tenure_place
from outsidein.figures.figure import FEWEST
from outsidein.stats.periods import by_period
from outsidein.stats.survival import SurvivalCurve, kaplan_meier

Counts = NDArray[np.int64]


class Grid(NamedTuple):
    """Counts by place of tenure, `PLACES` a month, of the group, or of all where None.

    Attributes:
        group: The group; None: all customers.
        churned: By reason, those who churned at each place.
        censored: Those last seen as customers at each place.
        entered: Those under observation from each place on.
        followed: By month, those at risk when it began who could be followed to its end.
        first_month: Months of tenure before ten were under observation at once.
    """

    group: str | None
    churned: dict[str, Counts]
    censored: Counts
    entered: Counts
    followed: Counts
    first_month: int

    @property
    def all_reasons(self) -> Counts:
        """Those who churned at each place, for whatever reason."""
        return sum(self.churned.values(), start=np.zeros_like(self.censored))

    @property
    def months_followed(self) -> int:
        """Months of tenure to whose end at least ten could be followed."""
        months = np.flatnonzero(self.followed >= FEWEST)
        return int(months[-1]) + 1 if len(months) else 0


def in_groups(table: ir.Table, groups: ir.Table | None) -> ir.Table:
    """Repeat the rows of a customer in each of the customer's groups, and once without.

    Args:
        table: Has `customer_id`.
        groups: One row per customer and group: `customer_id`, `group`.

    Returns:
        The columns of `table` and `group`, which is null in the rows that stand for all.
    """
    everyone = table.mutate(group=ibis.null("string"))
    if groups is None:
        return everyone
    members = groups.select("customer_id", "group").distinct()
    joined = table.inner_join(members, "customer_id")
    return everyone.union(joined.select(*everyone.columns))


def tenure_counts(spells: ir.Table, *, by: Sequence[str] = ()) -> ir.Table:
    """Count by place of tenure who churned and who was censored.

    Only the first spell of each customer counts, so that customers stay independent, and
    only where it is known when it began. Places are
    days, in calendar months of tenure, so that a month under way counts each customer for as
    long as observed: a month counted as a whole would hold every churn of a cohort that began
    on one day and few of those who stay.

    Args:
        spells: From `spells`.
        by: Columns of `spells` to count within.

    Returns:
        One row per combination of `by`, `place` (from `tenure_place`), `entry` (place from which
        a churn would have been seen), `reason` (null for the censored) and `followed` (last
        month, from 0, at risk when it began and to whose end the customer could be followed; -1
        where none): `customers` (count).
    """
    first = spells.filter(spells.spell == 1, spells.entered_on.notnull())
    yesterday = first.started_on + (first.tenure_days - 1).as_interval("D")
    last_on = ibis.coalesce(first.churned_on, yesterday.cast("date"))
    placed = first.mutate(
        place=tenure_place(first.started_on, last_on),
        entry=tenure_place(first.started_on, first.entered_on),
        reason=ibis.ifelse(first.churned_on.notnull(), first.reason, ibis.null("string")),
    )
    followed = ibis.least(placed.place // PLACES, placed.observed_months - 1)
    counted = placed.mutate(followed=followed.cast("int64"))
    return counted.aggregate(
        by=[*by, "place", "entry", "reason", "followed"], customers=lambda t: t.count()
    )


def grids(spells: ir.Table, groups: ir.Table | None) -> Iterator[Grid]:
    """Count within each group, all customers first, then the groups by name."""
    counts = tenure_counts(in_groups(spells, groups), by=["group"]).to_pyarrow().to_pylist()
    by_group: dict[str | None, list[dict[str, Any]]] = {}
    for row in counts:
        by_group.setdefault(row["group"], []).append(row)
    for name in sorted(by_group, key=lambda name: (name is not None, name)):
        yield _grid(name, by_group[name])


def _grid(group: str | None, rows: list[dict[str, Any]]) -> Grid:
    months = 1 + max(row["place"] for row in rows) // PLACES
    reasons = sorted({row["reason"] for row in rows if row["reason"] is not None})
    counts = {reason: np.zeros(PLACES * months, dtype=np.int64) for reason in [*reasons, None]}
    entered, followed = np.zeros_like(counts[None]), np.zeros(months, dtype=np.int64)
    for row in rows:
        counts[row["reason"]][row["place"]] += row["customers"]
        entered[row["entry"]] += row["customers"]
        followed[-(-row["entry"] // PLACES) : row["followed"] + 1] += row["customers"]
    censored = counts.pop(None)
    by_reason = {reason: counts[reason] for reason in reasons}
    return _from_enough(Grid(group, by_reason, censored, entered, followed, 0))


def _from_enough(grid: Grid) -> Grid:
    """Leave out what happened before ten customers were under observation at once.

    Where customers come under observation late, few are at risk at first, and one of them who
    churns would take a large part of the curve along. Those at risk at the first place where
    they are enough count as there from the start.
    """
    left = grid.all_reasons + grid.censored
    at_risk = np.cumsum(grid.entered) - np.cumsum(left) + left
    first = int(np.argmax(at_risk >= FEWEST)) if grid.entered[1:].any() else 0
    is_before = np.arange(len(left)) < first
    entered = np.where(is_before, 0, grid.entered)
    entered[first], entered[0] = 0, at_risk[first]
    churned = {name: np.where(is_before, 0, counts) for name, counts in grid.churned.items()}
    censored = np.where(is_before, 0, grid.censored)
    return Grid(grid.group, churned, censored, entered, grid.followed, first // PLACES)


def monthly_curve(grid: Grid) -> SurvivalCurve:
    """Estimate survival by the day and read it at the end of each month of tenure."""
    curve = kaplan_meier(grid.all_reasons, grid.censored, entered=grid.entered)
    return by_period(curve, width=PLACES)


def months_before_any(silence: Silence | None) -> int:
    """Whole months in which, by the rule, nobody can churn."""
    return months_within(silence.days) if silence else 0


def rule_sentence(rule: ChurnRule, silence: Silence | None) -> str:
    """Word what counts as churning, to end the method of a figure."""
    sentence = rule.sentence(silence)
    return f"{sentence[:1].upper()}{sentence[1:]}."
