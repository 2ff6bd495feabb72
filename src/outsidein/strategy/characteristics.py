"""Who is the customer, and where in the relationship?"""

import ibis
import ibis.expr.types as ir

from outsidein.canonical.tables import TRAIT
from outsidein.ladder.declaration import STAGE_NAMES
from outsidein.strategy.figures import (
    CUSTOMERS,
    LOW_SCORE,
    ON_STAGE,
    ORDERS,
    PROFIT,
    SHARE_OF_CUSTOMERS,
    TRAIT_SHARE,
    UNKNOWN_ATTITUDES,
    UNKNOWN_NEEDS,
    UNKNOWN_TRAITS,
)
from outsidein.strategy.questions import (
    FEWEST,
    WHO,
    Answers,
    Row,
    StrategySheet,
    average,
    average_profit,
    group,
    moments,
    not_answerable,
    per_segment,
    share,
)

MOST_TRAITS = 3
MOST_VALUES = 25


def characteristics_answers(sheet: StrategySheet) -> Answers:
    """Describe size, behaviour, stage, attitudes and the traits that set a segment apart."""
    yield from _behaviour(sheet)
    yield from _stages(sheet)
    yield from _attitudes(sheet)
    yield from _traits(sheet)
    yield from not_answerable(
        sheet.names(), WHO, UNKNOWN_NEEDS, needs="survey items on what customers need, as signals"
    )


def _behaviour(sheet: StrategySheet) -> Answers:
    inside = sheet.in_segments
    rows = per_segment(
        inside.group_by("segment").aggregate(
            n=inside.count(), **moments(inside.orders, "orders"), **moments(inside.profit, "profit")
        )
    )
    everybody = sheet.facts.count().to_pyarrow().as_py()
    for segment, row in sorted(rows.items()):
        of = group(segment, WHO)
        yield CUSTOMERS.counted(row["n"], n=row["n"], group=of)
        yield SHARE_OF_CUSTOMERS.counted(row["n"] / everybody, n=row["n"], group=of)
        yield average(ORDERS, row, "orders", of=of)
        yield average_profit(PROFIT, row, of=of)


def _stages(sheet: StrategySheet) -> Answers:
    inside = sheet.in_segments.filter(sheet.in_segments.stage.notnull())
    counts = inside.group_by("segment", "stage", "step").aggregate(n=inside.count())
    rows = counts.order_by("segment", "step").to_pyarrow().to_pylist()
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["segment"]] = totals.get(row["segment"], 0) + row["n"]
    for row in rows:
        segment, n = row["segment"], row["n"]
        measure = ON_STAGE.named(stage=STAGE_NAMES[row["stage"]])
        yield measure.counted(n / totals[segment], n=n, group=group(segment, WHO))


def _attitudes(sheet: StrategySheet) -> Answers:
    """Share whose last direct score lies in the lower half of its scale."""
    rows = per_segment(last_scores(sheet).group_by("segment").aggregate(
        n=ibis._.count(), low=ibis._.is_low.cast("int64").sum()
    ))  # fmt: skip
    for segment in sheet.names():
        row = rows.get(segment)
        if row and row["n"] >= FEWEST:
            yield share(LOW_SCORE, row["low"], row["n"], of=group(segment, WHO))
        else:
            yield from not_answerable(
                [segment], WHO, UNKNOWN_ATTITUDES, needs="scores of surveys or reviews, as signals"
            )


def last_scores(sheet: StrategySheet) -> ir.Table:
    """One row per customer and segment with a direct own score: `is_low`."""
    signals = sheet.canonical["signals"]
    scored = signals.filter(
        signals.kind == "direct",
        signals.subject == "own",
        signals.customer_id.notnull() & signals.score.notnull(),
        signals.scale_high > signals.scale_low,
    )
    is_low = scored.score - scored.scale_low < (scored.scale_high - scored.scale_low) / 2
    last = (
        scored.mutate(is_low=is_low)
        .group_by("customer_id")
        .aggregate(is_low=lambda t: t.is_low.last(order_by=["signalled_at", "source", "signal_id"]))
    )
    return last.join(sheet.members, "customer_id")


def _traits(sheet: StrategySheet) -> Answers:
    """The trait values by which a segment differs most from everybody."""
    counts = [_trait_counts(sheet, name) for name in _few_valued(sheet.facts)]
    if not counts:
        yield from not_answerable(sheet.names(), WHO, UNKNOWN_TRAITS, needs="traits on the records")
        return
    rows = (
        ibis.union(*counts).to_pyarrow().to_pylist()
        if len(counts) > 1
        else (counts[0].to_pyarrow().to_pylist())
    )
    for segment in sheet.names():
        mine = [row for row in rows if row["segment"] == segment and row["n"] >= FEWEST]
        apart = sorted(mine, key=lambda row: (-_difference(row), row["trait"], row["value"]))
        for row in apart[:MOST_TRAITS]:
            name = row["trait"].removeprefix(TRAIT).replace("_", " ")
            measure = TRAIT_SHARE.named(trait=f"{name} {row['value']}", everybody=_base(row))
            yield share(measure, row["n"], row["of"], of=group(segment, WHO))


def _base(row: Row) -> float:
    return float(row["everybody"] / row["of_everybody"])


def _difference(row: Row) -> float:
    return abs(float(row["n"] / row["of"]) - _base(row))


def _few_valued(facts: ir.Table) -> list[str]:
    """Traits that are text and have few values, so that a share of each says something."""
    texts = [
        n for n in sorted(facts.columns) if n.startswith(TRAIT) and facts[n].type().is_string()
    ]
    if not texts:
        return []
    [row] = facts.aggregate(**{n: facts[n].nunique() for n in texts}).to_pyarrow().to_pylist()
    return [name for name in texts if 1 < row[name] <= MOST_VALUES]


def _trait_counts(sheet: StrategySheet, name: str) -> ir.Table:
    inside = sheet.in_segments.filter(sheet.in_segments[name].notnull())
    everybody = sheet.facts.filter(sheet.facts[name].notnull())
    counts = inside.group_by("segment", value=inside[name]).aggregate(n=inside.count())
    totals = inside.group_by("segment").aggregate(of=inside.count())
    base = everybody.group_by(value=everybody[name]).aggregate(everybody=everybody.count())
    joined = counts.join(totals, "segment").join(base, "value")
    return joined.select(
        "segment",
        "value",
        "n",
        "of",
        "everybody",
        trait=ibis.literal(name),
        of_everybody=everybody.count().as_scalar(),
    )
