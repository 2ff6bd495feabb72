"""Figure: from factor over benefit to value, from laddering answers and coded texts."""

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import numpy as np

from outsidein.errors import TooLittleData
from outsidein.factors.figures import (
    ABSTRACTNESS,
    CUSTOMERS,
    DIRECT_DRAWN,
    DIRECT_NOT_DRAWN,
    FACTOR_LADDERS,
    INDIRECT,
    SHARE_OF_ALL_RELATIONS,
)
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.factors.implication import HierarchicalMap, hierarchical_map
from outsidein.stats.factors.ratings import Ints

LEVELS = ("factor", "benefit", "value")
OFTEN = 0.05
"""Share of laddered customers that a relation needs to be drawn."""


def implications(links: ir.Table, signals: ir.Table) -> ir.Table:
    """Count the customers whom one code led to another.

    A ladder is a run of links of one response each of which begins where the one before ended; a
    code leads directly to the next one of its ladder and indirectly to all above.

    Args:
        links: The canonical table `ladder_links`.
        signals: The canonical table with `customer_id`, by which responses find their customers.

    Returns:
        One row per pair of codes `from_code`, `to_code`: `direct` and `indirect` (customers; one
        who did both counts as direct).
    """
    answers = signals.filter(signals.response_id.notnull() & signals.customer_id.notnull())
    who = answers.group_by("source", "response_id").aggregate(customer_id=answers.customer_id.min())
    steps = _with_ladders(links).inner_join(who, ["source", "response_id"])
    steps = steps.select("source", "response_id", "ladder", "position", "customer_id", "from_code",
                         "to_code")  # fmt: skip
    later = steps.select("source", "response_id", "ladder", later="position", end="to_code")
    pairs = steps.inner_join(later, ["source", "response_id", "ladder"])
    pairs = pairs.filter(pairs.later >= pairs.position)
    each = pairs.group_by("customer_id", "from_code", to_code=pairs.end).aggregate(
        is_direct=(pairs.later == pairs.position).max()
    )
    return each.group_by("from_code", "to_code").aggregate(
        direct=each.is_direct.cast("int64").sum(),
        indirect=(~each.is_direct).cast("int64").sum(),
    )


def _with_ladders(links: ir.Table) -> ir.Table:
    links = links.select("source", "response_id", "position", "from_code", "to_code")
    order = ibis.window(group_by=["source", "response_id"], order_by="position")
    before = links.to_code.lag().over(order)
    begins = links.mutate(begins=(before.isnull() | (before != links.from_code)).cast("int64"))
    so_far = ibis.cumulative_window(group_by=["source", "response_id"], order_by="position")
    return begins.mutate(ladder=begins.begins.sum().over(so_far))


def code_levels(signals: ir.Table) -> dict[str, str]:
    """Return the most frequent level of each code."""
    coded = signals.filter(signals.factor.notnull())
    counts = coded.group_by("factor", "level").aggregate(times=coded.count())
    rows = counts.order_by("factor", ibis.desc("times"), "level").to_pyarrow().to_pylist()
    levels: dict[str, str] = {}
    for row in rows:
        levels.setdefault(row["factor"], row["level"])
    return levels


def laddered_customers(links: ir.Table, signals: ir.Table) -> int:
    """Count the customers with a ladder."""
    answers = signals.select("source", "response_id", "customer_id")
    own = answers.semi_join(links, ["source", "response_id"])
    return int(own.customer_id.nunique().to_pyarrow().as_py() or 0)


def ladders_figure(links: ir.Table, signals: ir.Table) -> Figure:
    """Return the relations that enough customers named, from factor over benefit to value.

    Args:
        links: The canonical table `ladder_links`.
        signals: The canonical table with `customer_id`.
    """
    rows = implications(links, signals).order_by("from_code", "to_code").to_pyarrow().to_pylist()
    codes = sorted({row[end] for row in rows for end in ("from_code", "to_code")})
    direct, indirect = (np.zeros((len(codes), len(codes)), dtype=np.int64) for _ in range(2))
    for row in rows:
        place = codes.index(row["from_code"]), codes.index(row["to_code"])
        direct[place], indirect[place] = row["direct"], row["indirect"]
    n = laddered_customers(links, signals) if rows else 0
    fewest = max(FEWEST, round(OFTEN * n))
    try:
        hierarchy = hierarchical_map(direct, indirect, fewest=fewest)
    except TooLittleData as error:
        why = "no laddering answer was given" if not rows else str(error)
        return _figure((CUSTOMERS.unanswered(why),), fewest)
    estimates = (*_relations(hierarchy, codes), *_codes(hierarchy, codes, code_levels(signals), n))
    return _figure(estimates, hierarchy.cut)


def _figure(estimates: tuple[Estimate, ...], cut: int) -> Figure:
    return FACTOR_LADDERS.figure(estimates, cut=cut, fewest=FEWEST, often=OFTEN)


def _relations(hierarchy: HierarchicalMap, codes: list[str]) -> Iterator[Estimate]:
    together: Ints = hierarchy.direct + hierarchy.indirect
    for a, b in zip(*np.nonzero(together), strict=True):
        group = {"from": codes[a], "to": codes[b], "level": None}
        directly = DIRECT_DRAWN if hierarchy.shown[a, b] else DIRECT_NOT_DRAWN
        for measure, count in (
            (directly, hierarchy.direct[a, b]),
            (INDIRECT, hierarchy.indirect[a, b]),
        ):
            if count:
                yield measure.counted(float(count), n=int(count), group=group)


def _codes(
    hierarchy: HierarchicalMap, codes: list[str], levels: dict[str, str], n: int
) -> Iterator[Estimate]:
    for place, code in enumerate(codes):
        abstractness = float(hierarchy.abstractness[place])
        level = levels.get(code) or LEVELS[min(int(abstractness * 3), 2)]
        group = {"from": code, "to": None, "level": level}
        yield ABSTRACTNESS.counted(abstractness, n=n, group=group)
        yield SHARE_OF_ALL_RELATIONS.counted(float(hierarchy.centrality[place]), n=n, group=group)
