"""Which encounters, signals and silences a rule fires on."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir

from outsidein.alerts.columns import CANDIDATE
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import CALM, AlertTables, row_facts
from outsidein.alerts.silence import company_silences, customer_silences
from outsidein.errors import InputError, ProjectError
from outsidein.rules.condition import condition


def _silence_facts(tables: AlertTables, rule: AlertRule, as_of: date) -> ir.Table:
    return customer_silences(tables, as_of=as_of, needed=rule.named)


def _unspoken_facts(tables: AlertTables, rule: AlertRule, as_of: date) -> ir.Table:
    return company_silences(tables, as_of=as_of, needed=rule.named, sales=rule.sales)


STANDING_FACTS: Mapping[str, Callable[[AlertTables, AlertRule, date], ir.Table]] = {
    "silence": _silence_facts,
    "unspoken": _unspoken_facts,
}
"""Facts of each kind of rule that looks at customers as they stand on a day.

Each returns one row per customer, with the columns of `CANDIDATE` and the facts a rule may name.
"""


def row_candidates(
    tables: AlertTables, name: str, rule: AlertRule, *, new: ir.Table | None = None
) -> ir.Table:
    """Choose the encounters or signals a rule is about, live or not.

    Args:
        tables: Of a snapshot.
        name: Of the rule.
        rule: On encounters or signals.
        new: The rows to look at, by `source` and `key`; all if not said.

    Returns:
        One row per encounter or signal that meets the condition: `CANDIDATE` and the facts named.

    Raises:
        ProjectError: The rule is no condition over the facts at hand.
    """
    facts = row_facts(tables, rule.on, needed=rule.named, new=new)
    return _kept(_chosen(facts, name, rule.rule), rule)


def standing_candidates(
    tables: AlertTables, name: str, rule: AlertRule, *, as_of: date
) -> ir.Table:
    """Choose the customers whose own or whose company's silence meets a rule on a day.

    Returns:
        One row per customer, with the key of the last activity or message: `CANDIDATE` and the
        facts named.

    Raises:
        ProjectError: The rule is no condition over the facts at hand.
    """
    facts = STANDING_FACTS[rule.on](tables, rule, as_of)
    return _kept(_chosen(facts, name, rule.rule), rule)


def live_candidates(
    tables: AlertTables,
    name: str,
    rule: AlertRule,
    *,
    as_of: date,
    live_from: datetime,
    new: ir.Table | None,
) -> ir.Table:
    """Choose what a rule fires on, history left out.

    Of encounters and signals, what was recorded since the rule went live. Of silences, those that
    meet the condition today and did not on the day the rule went live.

    Returns:
        One row per candidate: `CANDIDATE`, the facts named, and `is_old`: whether it happened, or
        the silence met the condition, more than `open_within_days` before `as_of`.
    """
    old_until = as_of - timedelta(days=rule.open_within_days)
    if rule.is_of_rows:
        candidates = row_candidates(tables, name, rule, new=new)
        candidates = candidates.mutate(is_old=candidates.happened_on < ibis.literal(old_until))
        return candidates.filter(
            candidates.recorded_at >= ibis.literal(live_from, "timestamp('UTC', 6)")
        )
    today = standing_candidates(tables, name, rule, as_of=as_of)
    if rule.live_from is None or rule.live_from > as_of:
        return today.limit(0).mutate(is_old=ibis.literal(False))  # noqa: FBT003  a column
    then = standing_candidates(tables, name, rule, as_of=rule.live_from)
    new_silences = today.anti_join(then, ["source", "key"])
    earlier_day = max(rule.live_from, old_until)
    earlier = standing_candidates(tables, name, rule, as_of=earlier_day).select("source", "key")
    marked = earlier.mutate(is_old=ibis.literal(True))  # noqa: FBT003  a column
    joined = new_silences.left_join(marked, ["source", "key"])
    is_old = joined.is_old.fill_null(False)  # noqa: FBT003  a column
    return joined.select(*new_silences.columns, is_old=is_old)


def compared_with(tables: AlertTables, name: str, rule: AlertRule) -> ir.Table:
    """Choose the rows to compare a rule on encounters or signals with: those it is silent on.

    Returns:
        One row per encounter or signal: `CANDIDATE` and the facts named.
    """
    facts = row_facts(tables, rule.on, needed=rule.named)
    silent_on = facts.filter(~_condition(facts, name, rule.rule))
    if rule.against is not None:
        silent_on = silent_on.filter(_condition(silent_on, name, rule.against, key="against"))
    return _kept(silent_on, rule)


def _chosen(facts: ir.Table, name: str, sql: str) -> ir.Table:
    return facts.filter(_condition(facts, name, sql))


def _condition(facts: ir.Table, name: str, sql: str, *, key: str = "rule") -> ir.BooleanValue:
    try:
        return condition(sql, facts)
    except InputError as error:
        raise ProjectError("alerts.toml", f"alert.{name}.{key}", str(error)) from error


def _kept(facts: ir.Table, rule: AlertRule) -> ir.Table:
    wanted = sorted((rule.named | set(CALM)) & set(facts.columns) - set(CANDIDATE))
    return facts.select(*CANDIDATE, *wanted)
