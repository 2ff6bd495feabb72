"""Figure: the money at risk after each kind of encounter."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from math import hypot
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.extremes.exposure import AFTER_DAYS
from outsidein.extremes.figures import AT_RISK, CUSTOMERS, MONEY_AT_RISK
from outsidein.extremes.hazard import KindJump
from outsidein.figures.figure import Estimate, Figure
from outsidein.stats.mantel_haenszel import Jump

NO_FAILURE = "not declared as a failure of the company: customers may have it because they leave"


def value_at_stake(
    spells: ir.Table, kinds_by_day: ir.Table, values: ir.Table, *, as_of: date
) -> ir.Table:
    """Add up what those customers are worth who had an encounter lately and are still customers.

    Args:
        spells: From `churn.spells`.
        kinds_by_day: From `encounter_days`.
        values: One row per customer: `customer_id`, `value`, `value_low`, `value_high`.
        as_of: First day that does not count.

    Returns:
        One row per kind of encounter: `customers`, `valued` (those whose value is known),
        `value`, `value_low`, `value_high` (minor units; bounds are null where any is unknown).
    """
    since = ibis.literal(as_of - timedelta(days=AFTER_DAYS))
    recent = kinds_by_day.filter(kinds_by_day.on >= since, kinds_by_day.on < ibis.literal(as_of))
    stays = spells.filter(spells.is_latest, spells.churned_on.isnull()).select("customer_id")
    who = recent.select("customer_id", "kind").distinct().inner_join(stays, "customer_id")
    joined = who.left_join(values, "customer_id")
    bounded = joined.value_low.notnull() & joined.value_high.notnull()
    has_bounds = (bounded | joined.value.isnull()).all()

    def add(name: str) -> ir.Value:
        return joined[name].sum().cast("int64")

    none = ibis.null("int64")
    return joined.group_by("kind").aggregate(
        customers=joined.count(),
        valued=joined.value.count(),
        value=add("value"),
        value_low=ibis.ifelse(has_bounds, add("value_low"), none),
        value_high=ibis.ifelse(has_bounds, add("value_high"), none),
    )


def money_figure(
    stakes: ir.Table, jumps: Iterable[KindJump], *, failures: Collection[str], as_of: date
) -> Figure:
    """Estimate the money at risk: customers with the encounter x jump in churn x their value.

    Args:
        stakes: From `value_at_stake`.
        jumps: From `hazard.churn_jumps`.
        failures: Kinds that the company itself caused. Customers may have the others because they
            are leaving, so that no money hangs on them.
        as_of: First day that does not count.
    """
    rows = {row["kind"]: row for row in stakes.to_pyarrow().to_pylist()}
    pairs = [_at_risk(kind, rows[kind.kind], failures) for kind in jumps if kind.kind in rows]
    estimates = [estimate for pair in pairs for estimate in pair]
    nothing = AT_RISK.unanswered(f"no customer had an encounter in the {AFTER_DAYS} "
                         "days before", group={"encounter": None})  # fmt: skip
    return MONEY_AT_RISK.figure(estimates or [nothing], after_days=AFTER_DAYS, as_of=as_of)


def _at_risk(kind: KindJump, row: dict[str, Any], failures: Collection[str]) -> Iterator[Estimate]:
    group, n = {"encounter": kind.kind}, row["customers"]
    yield CUSTOMERS.counted(n, n=n, group=group)
    if not isinstance(kind.jump, Jump):
        yield AT_RISK.estimate(n, why=kind.jump, group=group)
    elif kind.kind not in failures:
        yield AT_RISK.estimate(n, why=NO_FAILURE, group=group)
    elif not row["valued"]:
        yield AT_RISK.estimate(n, why="no lifetime value is known", group=group)
    else:
        yield AT_RISK.estimate(n, *_money(kind.jump, row), group=group)


def _money(jump: Jump, row: dict[str, Any]) -> tuple[float, float, float]:
    """Return the product and its interval, each factor's half apart."""
    value = row["value"]
    spread = (
        (0, 0)
        if row["value_low"] is None
        else (row["value_low"] - value, row["value_high"] - value)
    )
    middle = jump.difference * value
    by_value = sorted(jump.difference * part for part in spread)
    low = hypot((jump.difference - jump.difference_low) * value, by_value[0])
    high = hypot((jump.difference_high - jump.difference) * value, by_value[1])
    return middle, middle - low, middle + high
