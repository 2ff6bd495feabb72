"""What is known of a customer at the end of each day on which something happened or ran out."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.canonical.order_totals import not_cancelled
from outsidein.ladder.declaration import FEATURES, WINDOWS
from outsidein.ladder.turning import turning_days

EPOCH = date(1970, 1, 1)
SCORE_STEPS = 1_000_000
"""A score is kept to a millionth, as an integer, so that its order is the same everywhere."""

Canonical = Mapping[str, ir.Table]


def day_number(day: ir.DateValue) -> ir.IntegerValue:
    """Count days since 1970-01-01."""
    return day.delta(ibis.literal(EPOCH), unit="day").cast("int64")


def _events(table: ir.Table, day: str, **counts: ir.IntegerValue) -> ir.Table:
    """Sum `counts` per customer and day."""
    counted = table.mutate(**counts).filter(table.customer_id.notnull())
    return counted.group_by("customer_id", on=day).aggregate(
        **{name: counted[name].sum() for name in counts}
    )


def _encounters(canonical: Canonical) -> ir.Table:
    return _events(canonical["encounters"], "started_on", encounters=ibis.literal(1))


def _messages(canonical: Canonical) -> ir.Table:
    return _events(canonical["messages"], "sent_on", messages=ibis.literal(1))


def order_events(placed: ir.Table) -> ir.Table:
    """Count what orders add on each day.

    The ladder reads it several times: write it once.

    Args:
        placed: One row per order and day, from `orders_from_lines`.

    Returns:
        One row per customer and day `on` with an order: `orders`, `trials`, `revenue`.
    """
    orders = placed.group_by("customer_id", "source", "transaction_id").aggregate(
        on=placed.ordered_on.min(),
        orders=placed.is_sale.any().cast("int64"),
        trials=placed.is_trial.any().cast("int64"),
        revenue=placed.revenue.sum(),
    )
    return _events(orders, "on", orders=orders.orders, trials=orders.trials, revenue=orders.revenue)


def _orders(canonical: Canonical) -> ir.Table:
    return canonical["order_events"]


def _categories(canonical: Canonical) -> ir.Table:
    lines = not_cancelled(canonical["transactions"])
    bought = lines.filter(lines.category.notnull() & ~lines.is_return)
    first = bought.group_by("customer_id", "category").aggregate(on=bought.ordered_on.min())
    return _events(first, "on", categories=ibis.literal(1))


def _contracts(canonical: Canonical) -> ir.Table:
    contracts = canonical["contracts"]
    started = contracts.select(
        "customer_id",
        on="started_on",
        contracts=ibis.literal(1),
        running=ibis.literal(1),
        contract_day_balance=-day_number(contracts.started_on),
    )
    ended = contracts.filter(contracts.ended_on.notnull()).select(
        "customer_id",
        on="ended_on",
        contracts=ibis.literal(0),
        running=ibis.literal(-1),
        contract_day_balance=day_number(contracts.ended_on),
    )
    moves = started.union(ended)
    return _events(
        moves,
        "on",
        contracts=moves.contracts,
        running=moves.running,
        contract_day_balance=moves.contract_day_balance,
    )


def _scores(canonical: Canonical) -> ir.Table:
    signals = canonical["signals"]
    scored = signals.filter(
        signals.score.notnull() & (signals.scale_high > signals.scale_low), signals.subject == "own"
    )
    share = (scored.score - scored.scale_low) / (scored.scale_high - scored.scale_low)
    steps = (share * SCORE_STEPS).round().cast("int64")
    latest = (
        scored.mutate(steps=steps)
        .group_by("customer_id", on=scored.signalled_on)
        .aggregate(steps=lambda t: t.steps.last(order_by=["signalled_at", "source", "signal_id"]))
    )
    code = day_number(latest.on) * 2 * SCORE_STEPS + latest.steps
    return latest.filter(latest.customer_id.notnull()).select("customer_id", "on", score_code=code)


_SOURCES: dict[str, tuple[Callable[[Canonical], ir.Table], tuple[str, ...]]] = {
    "encounters": (_encounters, ("encounters",)),
    "messages": (_messages, ("messages",)),
    "orders": (_orders, ("orders", "trials", "revenue")),
    "categories": (_categories, ("categories",)),
    "contracts": (_contracts, ("contracts", "running", "contract_day_balance")),
    "scores": (_scores, ("score_code",)),
}

Thresholds = Mapping[str, Collection[int] | None]
"""The numbers that each named feature is compared with; None where unknown."""


def daily_features(
    canonical: Canonical, customers: ir.Table, *, named: Thresholds, as_of: date
) -> ir.Table:
    """Calculate the named features of every customer at the end of each day that may change them.

    A day counts when something happened to the customer on it, when an order leaves a window,
    when a number of days is reached that a feature is compared with, and the last day before
    `as_of`. Where a fading feature is used so that its days cannot be calculated beforehand, the
    last day of every month counts.

    Args:
        canonical: Canonical tables with `customer_id` and their `order_events`, nothing in them of
            `as_of` or later.
        customers: One row per customer: `customer_id`, `first_seen_on`.
        named: Names out of `FEATURES`, with what they are compared with.
        as_of: The first day not looked at.

    Returns:
        One row per customer and such day `on`, with the named features; `days_since_order` and
        `last_score` are null before the first order or score.
    """
    sources = {FEATURES[name] for name in named} - {None}
    events = [_SOURCES[source][0](canonical) for source in sorted(filter(None, sources))]
    tables = dict(zip(sorted(filter(None, sources)), events, strict=True))
    points = turning_days(customers, tables.get("orders"), named, WINDOWS, as_of=as_of)
    columns = [name for source in sources if source for name in _SOURCES[source][1]]
    daily = _together([points, *events], sorted(columns))
    daily = daily.join(customers.select("customer_id", "first_seen_on"), "customer_id")
    return _as_of(daily, named).select("customer_id", "on", *sorted(named))


def _together(tables: list[ir.Table], columns: list[str]) -> ir.Table:
    """Sum all events of one customer and day into one row."""
    widened = [
        table.select(
            "customer_id",
            table.on.cast("date").name("on"),
            **{
                name: (table[name] if name in table.columns else ibis.null()).cast("int64")
                for name in columns
            },
        )
        for table in tables
    ]
    everything = ibis.union(*widened)
    return everything.group_by("customer_id", "on").aggregate(
        **{
            name: everything[name].max() if name == "score_code" else everything[name].sum()
            for name in columns
        }
    )


def _as_of(daily: ir.Table, named: Collection[str]) -> ir.Table:
    """Turn what happened on each day into what is known at its end."""
    day = day_number(daily.on)
    daily = daily.mutate(day=day, order_day=_order_day(daily, day))
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="day")

    def total(column: str) -> ir.IntegerValue:
        return daily[column].sum().over(so_far).fill_null(0)

    def within(column: str, days: int) -> ir.IntegerValue:
        window = ibis.range_window(
            preceding=days - 1, following=0, group_by="customer_id", order_by="day"
        )
        return daily[column].sum().over(window).fill_null(0)

    expressions: dict[str, Callable[[], ir.Value]] = {
        "orders_90d": lambda: within("orders", WINDOWS["orders_90d"]),
        "orders_365d": lambda: within("orders", WINDOWS["orders_365d"]),
        "days_since_order": lambda: daily.day - daily.order_day.max().over(so_far),
        "is_under_contract": lambda: total("running") > 0,
        "contract_days": lambda: total("contract_day_balance") + daily.day * total("running"),
        "last_score": lambda: daily.score_code.max().over(so_far) % (2 * SCORE_STEPS) / SCORE_STEPS,
        "tenure_days": lambda: daily.day - day_number(daily.first_seen_on),
    }
    features = {name: expressions[name]() if name in expressions else total(name) for name in named}
    return daily.select("customer_id", "on", **features)


def _order_day(daily: ir.Table, day: ir.IntegerValue) -> ir.IntegerValue:
    if "orders" not in daily.columns:
        return ibis.null().cast("int64")
    return (daily.orders > 0).ifelse(day, ibis.null())
