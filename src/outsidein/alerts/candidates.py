"""Which encounters, signals and silences a rule fires on."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import CALM, Tables, row_facts
from outsidein.alerts.silence import silent, unspoken
from outsidein.errors import InputError, ProjectError
from outsidein.rules.condition import condition

CANDIDATE = (
    *("source", "key", "record_id", "customer_id", "happened_at", "happened_on", "recorded_at"),
)
"""Columns of every candidate, whatever it is."""


def _silence_facts(tables: Tables, rule: AlertRule, as_of: date) -> ir.Table:
    return silent(tables, as_of=as_of, needed=rule.named)


def _unspoken_facts(tables: Tables, rule: AlertRule, as_of: date) -> ir.Table:
    return unspoken(tables, as_of=as_of, needed=rule.named, sales=rule.sales)


STANDING_FACTS: Mapping[str, Callable[[Tables, AlertRule, date], ir.Table]] = {
    "silence": _silence_facts,
    "unspoken": _unspoken_facts,
}
"""Facts of each kind of rule that looks at customers as they stand on a day.

Each returns one row per customer, with the columns of `CANDIDATE` and the facts a rule may name.
"""


def row_candidates(
    tables: Tables, name: str, rule: AlertRule, *, new: ir.Table | None = None
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


def standing_candidates(tables: Tables, name: str, rule: AlertRule, *, as_of: date) -> ir.Table:
    """Choose the customers whose silence, or whom the firm's silence, a rule is about on a day.

    Returns:
        One row per customer, by the key of the last thing heard or said: `CANDIDATE` and the
        facts named.

    Raises:
        ProjectError: The rule is no condition over the facts at hand.
    """
    facts = STANDING_FACTS[rule.on](tables, rule, as_of)
    return _kept(_chosen(facts, name, rule.rule), rule)


def live_candidates(
    tables: Tables,
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
    """
    if rule.is_of_rows:
        found = row_candidates(tables, name, rule, new=new)
        return found.filter(found.recorded_at >= ibis.literal(live_from, "timestamp('UTC', 6)"))
    today = standing_candidates(tables, name, rule, as_of=as_of)
    if rule.live_from is None or rule.live_from > as_of:
        return today.limit(0)
    then = standing_candidates(tables, name, rule, as_of=rule.live_from)
    return today.anti_join(then, ["source", "key"])


def compared_with(tables: Tables, name: str, rule: AlertRule) -> ir.Table:
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
    told = sorted((rule.named | set(CALM)) & set(facts.columns) - set(CANDIDATE))
    return facts.select(*CANDIDATE, *told)


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a candidate as they are kept with its alert, in plain JSON values."""
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in row.items()
        if name not in CANDIDATE and value is not None
    } | {"happened_on": str(row["happened_on"])}
