"""Streams: shares of customers by period, of everything in which a shift is looked for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.ladder.declaration import STAGE_NAMES, STAGES
from outsidein.ladder.tables import FORMER_STEP
from outsidein.standards.declaration import Standard
from outsidein.standards.encounters import standard_encounters
from outsidein.value.declaration import Tier

CUT = {"week": "W", "month": "M", "quarter": "Q"}
"""How Ibis names the periods of `ShiftSettings`."""

STEP = {"week": {"weeks": 1}, "month": {"months": 1}, "quarter": {"months": 3}}
"""How long each of them is."""

ORDERING = "ordering again"
"""The kind of streams that count who orders, among those expected to."""

PERIODS_BEFORE = 3
"""Whoever ordered within so many periods is expected to order again."""

LOW_SCORE = 0.25
"""Part of its scale up to which a score is low: one of five stars, or two at the most of nine."""

NEW_FOR = ibis.interval(days=365)
"""How long after they are first seen customers count among those who could climb."""

COLUMNS = ("kind", "stream", "period_on", "customers", "among")

Streams: TypeAlias = ir.Table
"""One row per kind, stream and period: `customers` for whom it holds, `among` how many (counts)."""


def factor_streams(signals: ir.Table, *, period: str) -> Streams:
    """Count who names each factor, among those who named any that period.

    Args:
        signals: One row per signal, with `customer_id` and `signalled_on`.
        period: "week", "month" or "quarter".
    """
    own = signals.filter(signals.factor.notnull(), signals.subject == "own")
    return _named(_dated(own, own.signalled_on, period), "factor named", "factor")


def themes_of(texts: ir.Table, names: ir.Table) -> ir.Table:
    """Name the theme of each text.

    Args:
        texts: One row per text: `customer_id`, `signalled_at`, `language`, and the number `theme`.
        names: One row per theme of a language: `language`, `theme`, `name`.

    Returns:
        One row per text with a theme: `customer_id`, `signalled_on`, `theme`.
    """
    of_customers = texts.filter(texts.customer_id.notnull())
    named = of_customers.inner_join(names, ["language", "theme"])
    return named.select("customer_id", signalled_on=named.signalled_at.date(), theme=named.name)


def theme_streams(themes: ir.Table, *, period: str) -> Streams:
    """Count who speaks of each theme, among those who spoke of any that period.

    Args:
        themes: One row per theme of a signal: `customer_id`, `signalled_on`, `theme`.
        period: "week", "month" or "quarter".
    """
    with_theme = themes.filter(themes.theme.notnull())
    return _named(_dated(with_theme, with_theme.signalled_on, period), "theme", "theme")


def low_score_streams(signals: ir.Table, *, period: str) -> Streams:
    """Count who scores each factor low, among those who scored it that period."""
    scored = signals.filter(
        signals.factor.notnull(),
        signals.kind != "inferred",  # a firm's own rule gives the score it was written to give
        signals.subject == "own",
        signals.score.notnull(),
        signals.scale_high > signals.scale_low,
    )
    part = (scored.score - scored.scale_low) / (scored.scale_high - scored.scale_low)
    dated = _dated(scored.mutate(holds=part <= LOW_SCORE), scored.signalled_on, period)
    return _holding(dated, "low scores", "factor")


def disaster_streams(
    encounters: ir.Table, signals: ir.Table, standards: Mapping[str, Standard], *, period: str
) -> Iterator[Streams]:
    """Count who met with a disaster of each standard, among those of whom it can be told."""
    for name, standard in standards.items():
        if standard.disaster is None:
            continue
        judged = standard_encounters(encounters, signals, name, standard)
        judgeable = judged.filter(judged.is_disaster_known)
        judgeable = judgeable.mutate(name=ibis.literal(name), holds=judgeable.is_disaster)
        yield _holding(_dated(judgeable, judgeable.started_on, period), "disasters", "name")


def stage_streams(spells: ir.Table, *, as_of: date, period: str) -> Streams:
    """Count who climbs to each step of the ladder, among those who could.

    Among are customers first seen within the `NEW_FOR` days before the period, who stood below
    the step when it began. Of all customers ever seen ever fewer would climb, since those who
    climb slowly gather in them.

    Args:
        spells: One row per customer and stay: `customer_id`, `step`, `from_on`.
        as_of: First day that does not count.
        period: "week", "month" or "quarter".
    """
    stays = _stays(spells)
    starts = _periods(stays, stays.from_on, as_of=as_of, period=period)
    below = _standing(stays, starts)
    climbs = _climbs(stays, period)
    names = ibis.memtable(
        pa.table({"reached": range(len(STAGES)), "stream": [STAGE_NAMES[s] for s in STAGES]})
    )
    seen = climbs.select("reached").distinct().inner_join(names, "reached")
    among = (
        seen.join(below, below.step < seen.reached)
        .group_by("reached", "stream", "period_on")
        .aggregate(among=lambda rows: rows.customers.sum())
    )
    joined = among.left_join(climbs, ["reached", "period_on"])
    return _rows(joined, "stage reached", joined.stream)


def _stays(spells: ir.Table) -> ir.Table:
    """One row per stay on a step: with the day after it, the step before, and the first of all."""
    in_order = ibis.window(group_by="customer_id", order_by="from_on")
    return spells.mutate(
        until=spells.from_on.lead().over(in_order),
        before=spells.step.lag().over(in_order),
        seen_on=spells.from_on.min().over(ibis.window(group_by="customer_id")),
    )


def _standing(stays: ir.Table, starts: ir.Table) -> ir.Table:
    """Count who stands on each step when a period begins, of those new to the company."""
    standing = stays.filter(stays.step != FORMER_STEP).join(
        starts,
        [
            stays.from_on < starts.period_on,
            stays.until.isnull() | (stays.until >= starts.period_on),
            starts.period_on <= stays.seen_on + NEW_FOR,
        ],
    )
    return standing.group_by("step", "period_on").aggregate(customers=standing.count())


def _climbs(stays: ir.Table, period: str) -> ir.Table:
    """Count who arrives at a step in a period, of those who were there when it began, and new."""
    is_climb = (stays.step > stays.before) & (stays.before != FORMER_STEP)
    climbs = _dated(stays.filter(is_climb), "from_on", period)
    could = (climbs.seen_on < climbs.period_on) & (climbs.period_on <= climbs.seen_on + NEW_FOR)
    return (
        climbs.filter(could)
        .group_by("period_on", reached="step")
        .aggregate(customers=lambda rows: rows.customer_id.nunique())
        .cache()
    )


def contract_streams(spells: ir.Table, *, as_of: date, period: str) -> Streams:
    """Count who churns, among those who were customers when the period began.

    Args:
        spells: One row per customer and spell, of contracts: `started_on`, `churned_on`.
        as_of: First day that does not count.
        period: "week", "month" or "quarter".
    """
    starts = _periods(spells, spells.started_on, as_of=as_of, period=period)
    is_there = spells.churned_on.isnull() | (spells.churned_on >= starts.period_on)
    at_risk = spells.join(starts, (spells.started_on < starts.period_on) & is_there)
    end = at_risk.churned_on.truncate(CUT[period]).cast("date")
    at_risk = at_risk.mutate(
        holds=(end == at_risk.period_on).fill_null(False),  # noqa: FBT003  Ibis takes a value
        name=ibis.literal("all customers"),
    )
    return _holding(at_risk, "churn", "name")


def spending(days: ir.Table, *, period: str) -> ir.Table:
    """Add up what customers spent in each period.

    Args:
        days: One row per customer and day with an order: `customer_id`, `ordered_on`, `revenue`.
        period: "week", "month" or "quarter".

    Returns:
        One row per customer and period with an order: `customer_id`, `period_on`, `revenue`.
    """
    dated = _dated(days, days.ordered_on, period)
    return dated.group_by("customer_id", "period_on").aggregate(
        revenue=dated.revenue.sum().cast("int64")
    )


def spent_by_buyer(spent: ir.Table, *, since: date) -> float | None:
    """Return the mean revenue of a customer in a period with an order, from a day on.

    Args:
        spent: From `spending`, written or cached.
        since: First day of the periods that count.
    """
    lately = spent.filter(spent.period_on >= ibis.literal(since))
    sums = lately.aggregate(revenue=lately.revenue.sum(), buyers=lately.count()).to_pyarrow()
    revenue, buyers = sums["revenue"][0].as_py(), sums["buyers"][0].as_py()
    return float(revenue) / buyers if buyers else None


def silence_streams(
    spent: ir.Table, spells: ir.Table, *, silence_days: int, as_of: date, period: str
) -> Streams:
    """Count whose last order before falling silent was in a period, among who ordered in it.

    A period is counted once everybody who ordered in it has had the time to fall silent.

    Args:
        spent: From `spending`, written or cached.
        spells: One row per customer and spell: `customer_id`, `last_on`, `churned_on`.
        silence_days: Silence that counts as churning (days).
        as_of: First day that does not count.
        period: "week", "month" or "quarter".
    """
    settled_on = (ibis.literal(as_of) - ibis.interval(days=silence_days)).cast("date")
    settled = spent.filter(spent.period_on < settled_on.truncate(CUT[period]).cast("date"))
    among = settled.group_by("period_on").aggregate(among=settled.count())
    last = _dated(spells.filter(spells.churned_on.notnull()), "last_on", period)
    gone = last.group_by("period_on").aggregate(customers=last.customer_id.nunique())
    joined = among.left_join(gone, "period_on")
    return _rows(joined, "churn", ibis.literal("all customers"))


def order_streams(days: ir.Table, *, period: str) -> Streams:
    """Count who orders in a period, among those who ordered in one of the three before it.

    Args:
        days: One row per customer and day with order lines: `customer_id`, `ordered_on`,
            `is_order`.
        period: "week", "month" or "quarter".
    """
    orders = days.filter(days.is_order)
    dated = _dated(orders, orders.ordered_on, period)
    bought = dated.select("customer_id", "period_on").distinct().cache()
    ends = bought.aggregate(first=bought.period_on.min(), last=bought.period_on.max())
    expected = _expected_to_order(bought, period).cross_join(ends)
    whole = (expected.first + _interval(period, PERIODS_BEFORE)).cast("date")
    expected = expected.filter(expected.period_on >= whole, expected.period_on <= expected.last)
    joined = expected.left_join(bought.mutate(ordered=True), ["customer_id", "period_on"])
    joined = joined.mutate(
        holds=joined.ordered.fill_null(False),  # noqa: FBT003  Ibis takes a value
        name=ibis.literal("all customers"),
    )
    return _holding(joined, ORDERING, "name")


def _expected_to_order(bought: ir.Table, period: str) -> ir.Table:
    """One row per customer and period that follows on one with an order."""
    later = [
        bought.select(
            "customer_id", period_on=(bought.period_on + _interval(period, times)).cast("date")
        )
        for times in range(1, PERIODS_BEFORE + 1)
    ]
    return ibis.union(*later, distinct=True)


def tier_streams(spent: ir.Table, tiers: Sequence[Tier]) -> Streams:
    """Count who spent in a period what only the best share of all buyers of all periods did.

    Limits of spending are those above which the declared shares of all pairs of customer and
    period lie, so that every tier keeps its share unless spending shifts.

    Args:
        spent: From `spending`, written or cached.
        tiers: As declared; those with a `top_share` count.
    """
    sums = spent.group_by("period_on", "revenue").aggregate(buyers=spent.count()).cache()
    of_all = sums.group_by("revenue").aggregate(buyers=sums.buyers.sum().cast("int64"))
    upwards = ibis.cumulative_window(order_by="revenue")
    placed = of_all.mutate(
        less=of_all.buyers.sum().over(upwards) - of_all.buyers,  # how many spent less
        every=of_all.buyers.sum().over(ibis.window()),
    )
    tops = [(tier.name, tier.top_share) for tier in tiers if tier.top_share is not None]
    tier = ibis.cases(
        *((placed.every - placed.less <= share * placed.every, name) for name, share in tops),
        else_=ibis.null("string"),
    )
    named = sums.inner_join(placed.select("revenue", tier=tier), "revenue")
    in_tiers = named.filter(named.tier.notnull())
    counts = in_tiers.group_by("tier", "period_on").aggregate(customers=in_tiers.buyers.sum())
    among = sums.group_by("period_on").aggregate(among=sums.buyers.sum())
    joined = counts.select("tier").distinct().cross_join(among)
    joined = joined.left_join(counts, ["tier", "period_on"])
    return _rows(joined, "spending of a tier", joined.tier)


def united(streams: Sequence[Streams]) -> Streams:
    """Put streams together."""
    return ibis.union(*streams) if len(streams) > 1 else streams[0]


def _dated(rows: ir.Table, day: ir.DateValue | str, period: str) -> ir.Table:
    on = rows[day] if isinstance(day, str) else day
    return rows.mutate(period_on=on.truncate(CUT[period]).cast("date"))


def _periods(rows: ir.Table, day: ir.DateValue, *, as_of: date, period: str) -> ir.Table:
    """Every period from the first day of `rows` to the one `as_of` lies in."""
    cut = CUT[period]
    first = rows.aggregate(first=day.min()).to_pyarrow()["first"][0].as_py()
    if first is None:
        return ibis.memtable(pa.table({"period_on": pa.array([], pa.date32())}))
    start = ibis.literal(first).truncate(cut).cast("timestamp")
    listed = ibis.range(start, ibis.literal(as_of).cast("timestamp"), _interval(period))
    days = listed.unnest().name("at").as_table()
    return ibis.memtable(days.select(period_on=days["at"].cast("date")).to_pyarrow())


def _interval(period: str, times: int = 1) -> ir.IntervalScalar:
    return ibis.interval(**{unit: times * n for unit, n in STEP[period].items()})


def _named(dated: ir.Table, kind: str, column: str) -> Streams:
    """Count customers by name, among all of the period; a name unheard of counts 0."""
    among = dated.group_by("period_on").aggregate(among=dated.customer_id.nunique())
    with_name = dated.filter(dated[column].notnull())
    counts = with_name.group_by(column, "period_on").aggregate(
        customers=with_name.customer_id.nunique()
    )
    counts = counts.cache()
    names = counts.select(column).distinct().cross_join(among)
    joined = names.left_join(counts, [column, "period_on"])
    return _rows(joined, kind, joined[column])


def _holding(dated: ir.Table, kind: str, column: str) -> Streams:
    """Count customers for whom it held once or more, among those of the same name and period."""
    named = dated.filter(dated.customer_id.notnull())
    counts = named.group_by(column, "period_on").aggregate(
        customers=named.customer_id.nunique(where=named.holds),
        among=named.customer_id.nunique(),
    )
    return _rows(counts, kind, counts[column])


def _rows(counts: ir.Table, kind: str, stream: ir.StringValue) -> Streams:
    return counts.select(
        kind=ibis.literal(kind),
        stream=stream.cast("string"),
        period_on="period_on",
        customers=counts.customers.fill_null(0).cast("int64"),
        among=counts.among.cast("int64"),
    )
