"""Orders: gamma-Poisson customers whose rate season, messages and experiments change."""

import numpy as np

from outsidein.simulate.changes import in_force
from outsidein.simulate.column_buffer import Array, Columns, Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.people import DAY, PREFERENCE, People, draw_categories, seconds
from outsidein.simulate.treatments import Treatments

DECEMBER = 12


def orders_of_month(
    firm: Firm,
    rng: np.random.Generator,
    people: People,
    treatments: Treatments,
    *,
    here: Ints,
    begins: Ints,
    ends: Ints,
) -> dict[str, Array]:
    """Draw the orders of a month of tenure.

    Candidates come at the highest rate there can be and are thinned to the rate of their moment.

    Args:
        firm: What the firm is like.
        rng: Chance.
        people: The customers of the block.
        treatments: What was sent and done to them.
        here: Who is still a customer, by place.
        begins: When the month begins, for everybody of the block (seconds since 1970).
        ends: Until when orders count, likewise.

    Returns:
        One row per order: `who` (place), `at`, `channel` (place).
    """
    shifted = [1.0, *(shift.orders for shift in firm.purchases.shift if shift.orders)]
    most = treatments.most * max(firm.purchases.december, 1.0) * max(shifted)
    counts = rng.poisson(people.rate[here] * most)
    who = np.repeat(here, counts)
    at = begins[who] + (rng.random(len(who)) * MONTH * DAY).astype(np.int64)
    rate = treatments.multiplier(who, at) * season(firm, at)
    kept = (at < ends[who]) & (rng.random(len(who)) * most < rate)
    who, at = who[kept], at[kept]
    own = rng.random(len(who)) < PREFERENCE
    other = draw_categories(rng, [channel.share for channel in firm.channel.values()], len(who))
    return {"who": who, "at": at, "channel": np.where(own, people.channel[who], other)}


def season(firm: Firm, at: Ints) -> Floats:
    """Return what the season, and what has shifted, multiply orders by."""
    months = at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    shifted = in_force(firm.purchases.shift, "orders", 1.0, at)
    return np.where(months == DECEMBER, firm.purchases.december, 1.0) * shifted


def lines_of(
    firm: Firm, rng: np.random.Generator, people: People, orders: Columns
) -> dict[str, Array]:
    """Draw the lines of all orders of a block.

    Args:
        firm: What the firm is like.
        rng: Chance.
        people: The customers of the block.
        orders: One row per order: `number`, `who`, `at`, `channel`.

    Returns:
        One row per line: `order` (place), `line` (from 1), `category` (place), `product`,
        `quantity`, in minor units `revenue`, `discount` and `cost`, `is_return`, `is_trial`, `at`.
    """
    size = len(orders["who"])
    counts = 1 + rng.poisson(firm.purchases.lines - 1, size)
    order = np.repeat(np.arange(size), counts)
    line = np.arange(len(order)) - np.repeat(counts.cumsum() - counts, counts) + 1
    spend = in_force(firm.purchases.shift, "spend", 1.0, orders["at"])
    sold = _goods(firm, rng, (people.spend[orders["who"]] * spend)[order])
    off = (rng.random(size) < firm.purchases.discount)[order]
    full = sold["price"]
    discount = np.where(off, full // 10, 0)
    lines: dict[str, Array] = {
        "order": order,
        "line": line,
        "category": sold["category"],
        "product": sold["product"],
        "revenue": full - discount,
        "discount": discount,
        "cost": sold["cost"],
        "is_return": np.zeros(len(order), np.bool_),
        "is_trial": _trials(firm, rng, orders)[order],
        "at": orders["at"][order],
    }
    return _with_returns(firm, rng, lines, counts)


def _goods(firm: Firm, rng: np.random.Generator, spend: Floats) -> dict[str, Array]:
    categories = list(firm.category.values())
    category = draw_categories(rng, [one.share for one in categories], len(spend))
    median, spread, share = (
        np.array([getattr(one, name) for one in categories])[category]
        for name in ("price", "spread", "cost")
    )
    price = median * spend * np.exp(spread * rng.standard_normal(len(spend)))
    cents = np.maximum(np.rint(price), 1).astype(np.int64)
    cost = np.rint(cents * share).astype(np.int64)
    product = category * 100 + rng.integers(0, 100, len(spend))
    return {"category": category, "product": product, "price": cents, "cost": cost}


def _trials(firm: Firm, rng: np.random.Generator, orders: Columns) -> Array:
    """First orders of some customers."""
    by_time = np.lexsort((orders["at"], orders["who"]))
    who = orders["who"][by_time]
    first = np.zeros(len(who), np.bool_)
    first[by_time[np.flatnonzero(np.diff(who, prepend=-1))]] = True
    return np.asarray(first & (rng.random(len(who)) < firm.purchases.trial))


def _with_returns(
    firm: Firm, rng: np.random.Generator, lines: dict[str, Array], counts: Ints
) -> dict[str, Array]:
    """Add the lines that come back, 3 to 12 days later, with what was paid for them."""
    chosen = np.flatnonzero(rng.random(len(counts)) < firm.purchases.returned)
    first = (counts.cumsum() - counts)[chosen]
    at = lines["at"][first] + rng.integers(3 * DAY, 12 * DAY, len(first))
    seen = at < seconds(firm.as_of)
    chosen, first, at = chosen[seen], first[seen], at[seen]
    back = {name: column[first] for name, column in lines.items()}
    back |= {
        "line": counts[chosen] + 1,
        "revenue": -back["revenue"],
        "discount": np.zeros(len(first), np.int64),
        "cost": -back["cost"],
        "is_return": np.ones(len(first), np.bool_),
        "at": at,
    }
    return {name: np.concatenate([column, back[name]]) for name, column in lines.items()}
