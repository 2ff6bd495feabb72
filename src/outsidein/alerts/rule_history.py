"""What a rule would have done of late: cases per week, for whom, and what followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.alerts.candidates import row_candidates, standing_candidates
from outsidein.alerts.columns import facts_of
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import HALF, AlertTables
from outsidein.figures.figure import FEWEST

LATELY = 90
"""Days before the build that are looked at."""

FOLLOWED = 30
"""Days after an alert in which a bad score counts as one that followed."""

EXAMPLES = 10

DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class RuleWeek:
    """One week of history: its first day, alerts and customers (counts)."""

    begins: date
    alerts: int
    customers: int


@dataclass(frozen=True, slots=True)
class ScoresAfter:
    """Customers whose days after their first alert are over, and what they answered (counts).

    Attributes:
        ripe: Whose days are over.
        answered: Of these, who gave a score in the days after.
        bad: Of these, whose lowest score lay in the lower half of its scale.
    """

    ripe: int
    answered: int
    bad: int


@dataclass(frozen=True, slots=True)
class AlertExample:
    """One of the latest alerts of a trial.

    Attributes:
        on: Day.
        customer_id: Whom it is about; None where nobody is known.
        facts: What the rule names, and what is kept with every alert.
    """

    on: date
    customer_id: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleHistory:
    """What a rule would have done in the last 90 days before the build.

    Attributes:
        since: First day that is looked at.
        weeks: Each week of them, oldest first, also those without an alert.
        tiers: Customers by tier (counts); groups of fewer than 10 are None.
        scores: What customers answered afterwards.
        examples: The latest alerts.
    """

    since: date
    weeks: Sequence[RuleWeek]
    tiers: Mapping[str, int | None]
    scores: ScoresAfter
    examples: Sequence[AlertExample]

    @property
    def alerts(self) -> int:
        """How many there would have been (count)."""
        return sum(week.alerts for week in self.weeks)


def rule_history(
    backend: BaseBackend, tables: AlertTables, fired: ir.Table, alert: tuple[str, AlertRule],
    *, as_of: date,
) -> RuleHistory:  # fmt: skip
    """Return what a rule would have done in the last 90 days.

    Args:
        backend: Where the tables lie.
        tables: Of a snapshot.
        fired: One row per would-be alert: `source`, `key`, `customer_id`, `on`.
        alert: Name of the rule, and the rule.
        as_of: First day that is not known.
    """
    since = as_of - timedelta(days=LATELY)
    late = fired.filter(fired.on >= ibis.literal(since))
    return RuleHistory(
        since=since,
        weeks=_weeks(backend, late, since),
        tiers=_tiers(backend, late, tables.customers),
        scores=_scores(backend, late, tables, as_of),
        examples=_examples(backend, tables, late, alert, as_of),
    )


def _weeks(backend: BaseBackend, late: ir.Table, since: date) -> list[RuleWeek]:
    place = (late.on.delta(ibis.literal(since), unit="day") // DAYS_OF_WEEK).cast("int64")
    placed = late.mutate(place=place)
    of_week = placed.group_by("place").aggregate(
        alerts=placed.count(), customers=placed.customer_id.nunique()
    )
    rows = backend.to_pyarrow(of_week).to_pylist()
    by_place = {row["place"]: row for row in rows}
    none = {"alerts": 0, "customers": 0}
    return [
        RuleWeek(
            since + timedelta(days=DAYS_OF_WEEK * place),
            *((by_place.get(place) or none)[name] for name in ("alerts", "customers")),
        )
        for place in range(-(-LATELY // DAYS_OF_WEEK))
    ]


def _tiers(backend: BaseBackend, late: ir.Table, customers: ir.Table) -> dict[str, int | None]:
    if "tier" not in customers.columns:
        return {}
    concerned = customers.semi_join(late, "customer_id")
    tiers = concerned.select(tier=concerned.tier.fill_null("no tier"))
    counts = tiers.group_by("tier").aggregate(n=tiers.count()).order_by("tier")
    rows = backend.to_pyarrow(counts).to_pylist()
    return {row["tier"]: row["n"] if row["n"] >= FEWEST else None for row in rows}


def _scores(backend: BaseBackend, late: ir.Table, tables: AlertTables, as_of: date) -> ScoresAfter:
    """Count customers by the lowest score they gave in the days after their first alert."""
    first = (
        late.filter(late.customer_id.notnull()).group_by("customer_id").aggregate(on=late.on.min())
    )
    first = first.mutate(last=(first.on + ibis.interval(days=FOLLOWED)).cast("date"))
    ripe = first.filter(first.last < ibis.literal(as_of))
    after = _scored(tables).inner_join(ripe, "customer_id")
    after = after.filter(after.answered_on > after.on, after.answered_on <= after.last)
    lowest = after.group_by("customer_id").aggregate(lowest=after.share.min())
    answered = lowest.aggregate(
        answered=lowest.count(), bad=(lowest.lowest < HALF).cast("int64").sum().fill_null(0)
    )
    [base] = backend.to_pyarrow(ripe.aggregate(n=ripe.count())).to_pylist()
    [row] = backend.to_pyarrow(answered).to_pylist()
    return ScoresAfter(int(base["n"]), int(row["answered"]), int(row["bad"]))


def _scored(tables: AlertTables) -> ir.Table:
    """One row per score of a known customer: `customer_id`, `answered_on`, `share` of its scale."""
    signals = tables.signals
    width = (signals.scale_high - signals.scale_low).nullif(0)
    scored = signals.mutate(
        share=(signals.score - signals.scale_low) / width,
        answered_on=signals.signalled_at.cast("date"),
    )
    scored = scored.filter(scored.share.notnull())
    members = tables.members.select("source", "record_id", "customer_id")
    of_customers = scored.inner_join(members, ["source", "record_id"])
    return of_customers.select("customer_id", "answered_on", "share")


def _examples(
    backend: BaseBackend, tables: AlertTables, late: ir.Table, alert: tuple[str, AlertRule],
    as_of: date,
) -> list[AlertExample]:  # fmt: skip
    """Return the latest alerts with their facts."""
    order = [ibis.desc("on"), ibis.asc("source"), ibis.asc("key")]
    latest = late.select("source", "key", "on").order_by(order).limit(EXAMPLES)
    latest = ibis.memtable(backend.to_pyarrow(latest))
    name, rule = alert
    if rule.is_of_rows:
        candidates = row_candidates(tables, name, rule, new=latest.select("source", "key"))
    else:
        candidates = standing_candidates(tables, name, rule, as_of=as_of)
    rows = candidates.inner_join(latest, ["source", "key"]).order_by(order)
    return [
        AlertExample(row.pop("on"), row["customer_id"], facts_of(row))
        for row in backend.to_pyarrow(rows).to_pylist()
    ]
