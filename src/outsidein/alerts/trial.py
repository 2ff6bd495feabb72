"""What a rule would have fired on in history, before it goes live."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.alerts.candidates import compared_with, row_candidates, standing_candidates
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import BEFORE, AlertTables
from outsidein.alerts.figures import (
    ALERT_TRIAL,
    AT_RISK,
    BUSIEST_DAY,
    CUSTOMERS,
    HAZARD_JUMP,
    OF_THEM_TRUE_CHURN,
    PRECISION,
    SHARE_OF_OTHERS_WHO_CHURNED,
    VALUE_EXPECTED,
    WITHIN_CAPACITY,
    WOULD_FIRE,
)
from outsidein.cases.clock import working_day
from outsidein.cases.declaration import Team
from outsidein.cases.retention import churn_after
from outsidein.errors import TooLittleData
from outsidein.figures.figure import (
    Estimate,
    Figure,
)
from outsidein.figures.spec import Measure
from outsidein.stats.proportion import Difference, Proportion, difference, proportion


@dataclass(frozen=True, slots=True)
class ChurnCount:
    """Customers whose observation period is over, and how many of them churned (counts)."""

    ripe: int
    left: int

    def share(self) -> Proportion:
        """Estimate the share that leaves."""
        return proportion(self.left, self.ripe)


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would have done in history (counts; money in minor units).

    Attributes:
        rule: Its name.
        times: Alerts.
        customers: Whom they were about.
        days: Working days with an alert.
        busiest: Alerts on the busiest working day.
        within: Alerts within the team's capacity on their own day, by value.
        fired: What became of the customers, from their first alert on.
        others: What became of customers it was silent on, from their first row on; None where
            there is nothing to compare with.
        value: Expected of these customers, as of the build.
        valued: How many of them have an expected value.
        hindsight: Facts as of today in its condition, which nobody could know then.
    """

    rule: str
    times: int
    customers: int
    days: int
    busiest: int
    within: int
    fired: ChurnCount
    others: ChurnCount | None
    value: int
    valued: int
    hindsight: tuple[str, ...]

    @property
    def jump(self) -> Difference | None:
        """Difference in churn to the others; None where there is no comparison."""
        if self.others is None or not (self.fired.ripe and self.others.ripe):
            return None
        return difference(self.fired.left, self.fired.ripe, self.others.left, self.others.ripe)


def try_rule(
    backend: BaseBackend,
    tables: AlertTables,
    name: str,
    rule: AlertRule,
    team: Team,
    *,
    within_days: int,
    as_of: date,
    fired: ir.Table | None = None,
) -> RuleTrial:
    """Run a rule over history.

    Args:
        backend: Where the tables lie.
        tables: Of a snapshot.
        name: Of the rule.
        rule: As declared, live or not.
        team: Whose capacity it is measured against, as if it had no other cases.
        within_days: Days after an alert in which a churn counts as foreseen.
        as_of: First day that is not known.
        fired: What `would_be_alerts` returns, where it was asked before.
    """
    if fired is None:
        fired = would_be_alerts(backend, tables, name, rule, as_of)
    subjects = _first(fired)
    others = None
    if rule.is_of_rows:
        rows = compared_with(tables, name, rule)
        beside = rows.mutate(on=rows.happened_on).filter(rows.customer_id.notnull())
        others = _first(beside.anti_join(subjects, "customer_id"))
    sums = _sums(backend, fired, tables)
    load = _load(backend, fired, team)
    return RuleTrial(
        rule=name,
        times=sums["times"],
        customers=sums["customers"],
        days=load["days"],
        busiest=load["busiest"],
        within=load["within"],
        fired=_fates(backend, subjects, tables.spells, within_days, as_of),
        others=others
        if others is None
        else _fates(backend, others, tables.spells, within_days, as_of),
        value=sums["value"],
        valued=sums["valued"],
        hindsight=_hindsight(tables, rule),
    )


def would_be_alerts(
    backend: BaseBackend, tables: AlertTables, name: str, rule: AlertRule, as_of: date
) -> ir.Table:
    """Return what a rule would have fired on in history, read once.

    An engine may be shared by requests: no table of a trial stays in it.

    Returns:
        One row per would-be alert: `source`, `key`, `customer_id`, `on`, `value`.

    Raises:
        ProjectError: The rule is no condition over the facts at hand.
    """
    return ibis.memtable(backend.to_pyarrow(_fired(tables, name, rule, as_of)))


def _fired(tables: AlertTables, name: str, rule: AlertRule, as_of: date) -> ir.Table:
    """Would-be alerts: those of rows on their own day, of silences on the first of a month."""
    if rule.is_of_rows:
        candidates = row_candidates(tables, name, rule)
        return _narrow(candidates.mutate(on=candidates.happened_on))
    begins = tables.encounters.started_on.min().to_pyarrow().as_py() or as_of
    candidates = ibis.union(
        *(
            _narrow(standing_candidates(tables, name, rule, as_of=day).mutate(on=ibis.literal(day)))
            for day in first_days_of_months(begins, as_of)
        )
    )
    turn = ibis.row_number().over(group_by=["source", "key"], order_by="on")
    return candidates.mutate(turn=turn).filter(lambda t: t.turn == 0).drop("turn")


def first_days_of_months(begins: date, ends: date) -> list[date]:
    """Return the firsts of the months after one day, and the other day itself.

    Example:
        >>> [str(day) for day in first_days_of_months(date(2024, 11, 5), date(2025, 1, 10))]
        ['2024-12-01', '2025-01-01', '2025-01-10']
    """
    first = begins.year * 12 + begins.month
    last = ends.year * 12 + ends.month - 1
    days = [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]
    return [*(day for day in days if day < ends), ends]


def _narrow(candidates: ir.Table) -> ir.Table:
    value = candidates.value if "value" in candidates.columns else ibis.null("int64")
    return candidates.select("source", "key", "customer_id", "on", value=value)


def _first(rows: ir.Table) -> ir.Table:
    """One row per customer: the first."""
    turn = ibis.row_number().over(group_by="customer_id", order_by=["on", "source", "key"])
    of_customers = rows.filter(rows.customer_id.notnull())
    first = of_customers.mutate(turn=turn).filter(lambda t: t.turn == 0)
    return first.select("customer_id", "on", subject=first.customer_id)


def _fates(
    backend: BaseBackend, subjects: ir.Table, spells: ir.Table, within_days: int, as_of: date
) -> ChurnCount:
    outcomes = churn_after(subjects, spells, within_days=within_days, as_of=as_of)
    row = backend.to_pyarrow(
        outcomes.aggregate(
            ripe=outcomes.left.count(), left=outcomes.left.cast("int64").sum().fill_null(0)
        )
    ).to_pylist()[0]
    return ChurnCount(int(row["ripe"]), int(row["left"]))


def _sums(backend: BaseBackend, fired: ir.Table, tables: AlertTables) -> dict[str, int]:
    value = (
        tables.customers.semi_join(fired, "customer_id").select("customer_id", "value")
        if "value" in tables.customers.columns
        else fired.select("customer_id", value=ibis.null("int64")).limit(0)
    )
    money = value.aggregate(
        value=value.value.sum().fill_null(0).cast("int64"), valued=value.value.count()
    )
    times = fired.aggregate(times=fired.count(), customers=fired.customer_id.nunique())
    sums = backend.to_pyarrow(times).to_pylist()[0] | backend.to_pyarrow(money).to_pylist()[0]
    return {name: int(number) for name, number in sums.items()}


def _load(backend: BaseBackend, fired: ir.Table, team: Team) -> dict[str, int]:
    """Alerts by working day: one that comes while the team is closed is the next day's."""
    days = backend.to_pyarrow(fired.select("on").distinct().order_by("on"))["on"].to_pylist()
    work = pa.table({"on": pa.array(days, pa.date32()), "work": _working_days(days, team)})
    dated = fired.inner_join(ibis.memtable(work), "on")
    order = [ibis.desc(dated.value.fill_null(0)), dated.source, dated.key]
    turn = ibis.row_number().over(group_by="work", order_by=order)
    placed = dated.mutate(turn=turn)
    by_day = placed.group_by("work").aggregate(
        times=placed.count(), within=(placed.turn < team.capacity).cast("int64").sum()
    )
    row = backend.to_pyarrow(
        by_day.aggregate(
            days=by_day.count(),
            busiest=by_day.times.max().fill_null(0),
            within=by_day.within.sum().fill_null(0),
        )
    ).to_pylist()[0]
    return {name: int(number) for name, number in row.items()}


def _working_days(days: list[date], team: Team) -> pa.Array:
    zone = ZoneInfo(team.timezone)
    noons = [datetime.combine(day, time(0), zone).astimezone(UTC) for day in days]
    return pa.array([working_day(noon, team.hours) for noon in noons], pa.date32())


def _hindsight(tables: AlertTables, rule: AlertRule) -> tuple[str, ...]:
    of_rows = {*tables.encounters.columns, *tables.signals.columns, *BEFORE}
    of_customers = {*tables.customers.columns} - of_rows
    return tuple(sorted(n for n in rule.named if n in of_customers or n.startswith("in_")))


def trial_figure(
    trials: Mapping[str, RuleTrial], *, within_days: int, capacities: Mapping[str, int]
) -> Figure:
    """Publish what rules would have done.

    Args:
        trials: By name of the rule.
        within_days: Days in which a churn counts as foreseen.
        capacities: Cases a working day of each rule's team.
    """
    return ALERT_TRIAL.figure(
        (e for name in sorted(trials) for e in _estimates(trials[name], capacities[name])),
        within_days=within_days,
    )


def _estimates(tried_rule: RuleTrial, capacity: int) -> Iterator[Estimate]:
    of: Mapping[str, str] = {"rule": tried_rule.rule}
    n = tried_rule.customers
    counts = {
        WOULD_FIRE: tried_rule.times,
        WITHIN_CAPACITY.named(capacity=capacity): tried_rule.within,
        BUSIEST_DAY: tried_rule.busiest,
    }
    for measure, number in counts.items():
        yield measure.counted(number, n=n, group=of)
    yield CUSTOMERS.counted(n, n=n, group=of)
    fired = tried_rule.fired
    yield OF_THEM_TRUE_CHURN.counted(fired.left, n=fired.ripe, group=of)
    yield _share(PRECISION, fired, of)
    others = tried_rule.others
    if others is None:
        why = "nobody to compare with: the rule looks at all customers"
        yield SHARE_OF_OTHERS_WHO_CHURNED.unanswered(why, group=of)
    else:
        yield _share(SHARE_OF_OTHERS_WHO_CHURNED, others, of)
    yield from _money(tried_rule, of)


def _share(measure: Measure, counts: ChurnCount, of: Mapping[str, str]) -> Estimate:
    try:
        return measure.estimated(counts.share(), value="share", group=of)
    except TooLittleData as error:
        return measure.too_little(error, group=of)


def _money(tried_rule: RuleTrial, of: Mapping[str, str]) -> Iterator[Estimate]:
    value, n, jump = tried_rule.value, tried_rule.valued, tried_rule.jump
    yield VALUE_EXPECTED.counted(value, n=n, group=of)
    if jump is None:
        yield HAZARD_JUMP.unanswered("no comparison with a follow-up", group=of)
        yield AT_RISK.unanswered("no hazard jump", group=of)
        return
    n_compared = jump.n_a + jump.n_b
    yield HAZARD_JUMP.estimate(n_compared, jump.difference, jump.low, jump.high, group=of)
    yield AT_RISK.estimate(
        n,
        round(value * jump.difference),
        round(value * jump.low),
        round(value * jump.high),
        group=of,
    )
