"""Who left and has not returned, and whether the rule that says so holds."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import (
    CHURN_RULE,
    LEFT,
    PROPOSED_DAYS,
    RULE_HOLDS,
    SHARE_LEFT,
    SHARE_WON_BACK,
)
from outsidein.churn.grid import in_groups, rule_sentence
from outsidein.churn.orders import orders_only
from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.proportion import proportion

MOST_WON_BACK = 0.25
"""Share of those who left by the rule that may return, for the rule to hold."""

EVERYONE = {"group": None}
TOO_EARLY = "all came too lately for the rule to call anybody gone"


def churn_rule(
    days: ir.Table,
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: ChurnRule,
    silence: Silence | None,
    as_of: date,
) -> Figure:
    """Count who left and has not returned by today, and check the rule by who came back.

    Where more than a quarter of those who left by the rule have come back, the rule takes pauses
    for departures: then it does not hold, and a silence is proposed after which at most a
    quarter came back.

    Args:
        days: From `order_days`.
        spells: From `spells`.
        groups: One row per customer and group; None for all customers only.
        rule: The project's.
        silence: From `silence_days`.
        as_of: First day that does not count.

    Returns:
        Figure by `group` (null: all customers): `share who left and have not returned` and
        `customers who left and have not returned`; for all customers `share won back` (of those
        who ever left by the rule), `rule holds` (1 or 0) and `proposed silence`.
    """
    counts = in_groups(_customers(spells), groups).group_by("group")
    rows = counts.aggregate(
        n=ibis._.count(),
        left=ibis._.is_gone.cast("int64").sum(),
        first_on=ibis._.started_on.min(),
    )
    earliest = as_of - timedelta(days=silence.days) if silence else date.max
    estimates = [
        e for row in sorted(rows.to_pyarrow().to_pylist(), key=_order) for e in _left(row, earliest)
    ]
    return CHURN_RULE.figure(
        [*estimates, *_check(days, spells, silence, as_of)],
        most=MOST_WON_BACK,
        rule=rule_sentence(rule, silence),
    )


def _customers(spells: ir.Table) -> ir.Table:
    has_left = spells.churned_on.notnull()
    return spells.group_by("customer_id").aggregate(
        is_gone=(spells.is_latest & has_left).any(),
        has_left=has_left.any(),
        started_on=spells.started_on.min(),
        is_back=(spells.spell > 1).any(),
    )


def _order(row: dict[str, Any]) -> tuple[bool, str | None]:
    return row["group"] is not None, row["group"]


def _left(row: dict[str, Any], earliest: date) -> Iterator[Estimate]:
    group, n = {"group": row["group"]}, row["n"]
    if not row["left"] and row["first_on"] >= earliest:
        yield SHARE_LEFT.unanswered(TOO_EARLY, group=group)
        return
    yield SHARE_LEFT.counted(row["left"] / n, n=n, group=group)
    yield LEFT.counted(row["left"], n=n, group=group)


def _check(
    days: ir.Table, spells: ir.Table, silence: Silence | None, as_of: date
) -> Iterator[Estimate]:
    each = _customers(spells)
    left, back = each.has_left.cast("int64").sum(), each.is_back.cast("int64").sum()
    row = each.aggregate(left=left.fill_null(0), back=back.fill_null(0)).to_pyarrow()
    ever, returned = int(row["left"][0].as_py()), int(row["back"][0].as_py())
    try:
        share = proportion(returned, ever)
    except TooLittleData as error:
        yield SHARE_WON_BACK.too_little(error, group=EVERYONE)
        yield RULE_HOLDS.too_little(error, group=EVERYONE)
        return
    yield SHARE_WON_BACK.estimated(share, value="share", group=EVERYONE)
    holds = silence is None or share.share <= MOST_WON_BACK
    yield RULE_HOLDS.counted(float(holds), n=ever, group=EVERYONE)
    yield (
        _proposal(days, as_of)
        if not holds
        else PROPOSED_DAYS.unanswered("the rule holds", group=EVERYONE)
    )


def _proposal(days: ir.Table, as_of: date) -> Estimate:
    longest, ever, span = _silences(days, as_of)
    tried = np.arange(1, span // 2 + 1)
    returned, silent = (_longer_than(tried, lengths) for lengths in (longest, ever))
    tried, returned, silent = (line[silent >= FEWEST] for line in (tried, returned, silent))
    too_short = np.flatnonzero(returned > MOST_WON_BACK * silent)
    first = int(too_short[-1]) + 1 if len(too_short) else 0
    if first >= len(tried):
        why = f"more than a quarter come back after any silence of up to {len(tried)} days"
        return PROPOSED_DAYS.unanswered(why, group=EVERYONE)
    return PROPOSED_DAYS.counted(float(tried[first]), n=int(silent[first]), group=EVERYONE)


def _silences(days: ir.Table, as_of: date) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return each customer's longest silence that ended and longest of all, and the data's days."""
    orders = orders_only(days)
    each = orders.group_by("customer_id").aggregate(
        longest=orders.gap_days.max().fill_null(0).cast("int64"),
        now=ibis.literal(as_of).delta(orders.ordered_on.max(), unit="day").cast("int64"),
        since=ibis.literal(as_of).delta(orders.ordered_on.min(), unit="day").cast("int64"),
    )
    rows = each.to_pyarrow()
    longest, now, since = (rows[name].to_numpy() for name in ("longest", "now", "since"))
    return longest, np.maximum(longest, now), int(since.max())


def _longer_than(tried: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count for each length tried how many are longer."""
    return len(lengths) - np.searchsorted(np.sort(lengths), tried, side="right")
