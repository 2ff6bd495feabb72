"""How much the rule of silence decides."""

from collections.abc import Iterator, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import CHURN_SENSITIVITY, CHURNED, WON_BACK
from outsidein.churn.grid import rule_sentence
from outsidein.churn.orders import orders_only
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.stats.proportion import proportion

TIMES = (0.5, 0.75, 1.0, 1.5, 2.0)
"""Multiples of the rule's silence that are tried."""


def churn_sensitivity(
    days: ir.Table, *, rule: ChurnRule, silence: Silence | None, as_of: date
) -> Figure:
    """Show what share had churned, and came back, had the silence been shorter or longer.

    Args:
        days: From `order_days`.
        rule: The project's.
        silence: From `silence_days`.
        as_of: First day that does not count.

    Returns:
        Figure by `times` (multiple of the rule's silence) and `days`: `share churned` (share of all
        who ever ordered who are gone today) and `share won back` (share of those who ever churned
        who ordered again later: much of it says that the silence is too short).
    """
    if silence is None:
        why = "not applicable: a contract's end is a fact, not a rule of silence"
        estimates: tuple[Estimate, ...] = (CHURNED.unanswered(why),)
    else:
        estimates = tuple(_estimates(days, silence, as_of))
    return CHURN_SENSITIVITY.figure(estimates, rule=rule_sentence(rule, silence))


def silence_counts(days: ir.Table, lengths: list[int], *, as_of: date) -> ir.Table:
    """Count who had churned under each length of silence.

    Returns:
        One row: `customers` and, for the i-th length, `gone_i` (silent for longer today),
        `ever_i` (silent for longer today or before) and `returned_i` (before, and came back).
    """
    orders = orders_only(days)
    each = orders.group_by("customer_id").aggregate(
        last_on=orders.ordered_on.max(), longest=orders.gap_days.max().fill_null(0)
    )
    silent = each.mutate(now=ibis.literal(as_of).delta(each.last_on, unit="day"))
    conditions = {"customers": silent.customer_id.notnull()}
    for i, length in enumerate(lengths):
        conditions[f"gone_{i}"] = silent.now > length
        conditions[f"ever_{i}"] = (silent.now > length) | (silent.longest > length)
        conditions[f"returned_{i}"] = silent.longest > length
    return silent.aggregate(
        **{name: is_so.cast("int64").sum().fill_null(0) for name, is_so in conditions.items()}
    )


def under_silence(
    days: ir.Table, lengths: Mapping[float, int], *, as_of: date
) -> Iterator[Estimate]:
    """Estimate which share had churned, and came back, under each length of silence.

    Args:
        days: From `order_days`.
        lengths: Silences (days) by the multiple of the rule's silence that each is.
        as_of: First day that does not count.
    """
    counts = silence_counts(days, list(lengths.values()), as_of=as_of).to_pyarrow().to_pylist()[0]
    for i, (times, length) in enumerate(lengths.items()):
        group = {"times": times, "days": length}
        gone, ever, returned = (int(counts[f"{name}_{i}"]) for name in ("gone", "ever", "returned"))
        yield _share(CHURNED, gone, int(counts["customers"]), group)
        yield _share(WON_BACK, returned, ever, group)


def _estimates(days: ir.Table, silence: Silence, as_of: date) -> Iterator[Estimate]:
    lengths = {times: max(round(times * silence.days), 1) for times in TIMES}
    return under_silence(days, lengths, as_of=as_of)


def _share(measure: Measure, successes: int, n: int, group: dict[str, float]) -> Estimate:
    try:
        share = proportion(successes, n)
    except TooLittleData as error:
        return measure.too_little(error, group=group)
    return measure.estimated(share, value="share", group=group)
