"""Spells counted per month of tenure, for all customers and within groups."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from outsidein.churn.declaration import DAYS_A_MONTH, ChurnRule, Silence

Counts = NDArray[np.int64]


class Grid(NamedTuple):
    """Counts by month of tenure (entry 0 is the first), of the group, or of all where None."""

    group: str | None
    churned: dict[str, Counts]
    censored: Counts

    @property
    def all_reasons(self) -> Counts:
        """Those who churned in each month, for whatever reason."""
        return sum(self.churned.values(), start=np.zeros_like(self.censored))


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
    """Count by month of tenure who churned and who was censored.

    Only the first spell of each customer counts, so that customers stay independent. The month
    under way at `as_of` counts too, for leaving it out would lose every churn of a firm whose
    data end with it: whoever churns in it does so in that month, and whoever is still there
    counts as at risk in it once half of it is over, as actuaries have it.

    Args:
        spells: From `spells`.
        by: Columns of `spells` to count within.

    Returns:
        One row per combination of `by`, `month` (0 is the first 30 days) and `reason` (null for
        the censored): `customers` (count).
    """
    seen = spells.filter(spells.spell == 1)
    left = seen.churned_on.notnull()
    until_half = (seen.tenure_days + DAYS_A_MONTH // 2) // DAYS_A_MONTH - 1
    counted = seen.select(
        *by,
        month=ibis.ifelse(left, seen.tenure_months, until_half),
        reason=ibis.ifelse(left, seen.reason, ibis.null("string")),
    )
    counted = counted.filter(counted.month >= 0)
    return counted.aggregate(by=[*by, "month", "reason"], customers=lambda t: t.count())


def grids(spells: ir.Table, groups: ir.Table | None) -> Iterator[Grid]:
    """Count within each group, all customers first, then the groups by name."""
    counts = tenure_counts(in_groups(spells, groups), by=["group"]).to_pyarrow().to_pylist()
    names = sorted({row["group"] for row in counts}, key=lambda name: (name is not None, name))
    for name in names:
        yield _grid(name, [row for row in counts if row["group"] == name])


def _grid(group: str | None, rows: list[dict[str, Any]]) -> Grid:
    months = 1 + max(row["month"] for row in rows)
    reasons = sorted({row["reason"] for row in rows if row["reason"] is not None})
    counts = {reason: np.zeros(months, dtype=np.int64) for reason in [*reasons, None]}
    for row in rows:
        counts[row["reason"]][row["month"]] = row["customers"]
    censored = counts.pop(None)
    return Grid(group, {reason: counts[reason] for reason in reasons}, censored)


def months_before_any(silence: Silence | None) -> int:
    """Whole months in which, by the rule, nobody can churn."""
    return silence.days // DAYS_A_MONTH if silence else 0


def rule_sentence(rule: ChurnRule, silence: Silence | None) -> str:
    """Word what counts as churning, to end the method of a figure."""
    sentence = rule.sentence(silence)
    return f"{sentence[:1].upper()}{sentence[1:]}."
