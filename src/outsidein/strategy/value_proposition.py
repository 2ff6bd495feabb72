"""How must the value proposition change? How much customisation is profitable?"""

import ibis.expr.types as ir

from outsidein.stats.proportion import difference
from outsidein.strategy.figures import (
    BAD_SCORE,
    CUSTOMISED_LINE,
    MORE_CHURNED,
    UNKNOWN_CUSTOMISATION,
    UNKNOWN_FACTORS,
)
from outsidein.strategy.questions import (
    CUSTOMISATION,
    FEWEST,
    PROPOSITION,
    Answers,
    Row,
    StrategySheet,
    average,
    group,
    moments,
    not_answerable,
    per_segment,
    share,
)


def proposition_answers(sheet: StrategySheet) -> Answers:
    """Per factor: who is dissatisfied, and how much more often those have churned."""
    rows = _factor_counts(sheet).to_pyarrow().to_pylist()
    for segment in sheet.names():
        mine = [row for row in rows if row["segment"] == segment and _is_enough(row)]
        if not mine:
            yield from not_answerable(
                [segment],
                PROPOSITION,
                UNKNOWN_FACTORS,
                needs="scores of factors, good and bad, as signals",
            )
        for row in sorted(mine, key=lambda row: row["factor"]):
            yield from _factor(row, group(segment, PROPOSITION))


def _factor_counts(sheet: StrategySheet) -> ir.Table:
    signals = sheet.canonical["signals"]
    scored = signals.filter(
        signals.subject == "own",
        signals.factor.notnull() & signals.customer_id.notnull() & signals.score.notnull(),
        signals.scale_high > signals.scale_low,
    )
    is_low = scored.score - scored.scale_low < (scored.scale_high - scored.scale_low) / 2
    worst = scored.group_by("customer_id", "factor").aggregate(is_low=is_low.max())
    inside = sheet.in_segments.select("customer_id", "segment", "is_churned")
    joined = worst.join(inside.filter(inside.is_churned.notnull()), "customer_id")
    low, gone = joined.is_low, joined.is_churned
    return joined.group_by("segment", "factor").aggregate(
        low=low.cast("int64").sum(),
        low_gone=(low & gone).cast("int64").sum(),
        others=(~low).cast("int64").sum(),
        others_gone=(~low & gone).cast("int64").sum(),
    )


def _is_enough(row: Row) -> bool:
    return bool(row["low"] >= FEWEST and row["others"] >= FEWEST)


def _factor(row: Row, of: dict[str, str]) -> Answers:
    factor = row["factor"].replace("_", " ")
    n = row["low"] + row["others"]
    yield share(BAD_SCORE.named(factor=factor), row["low"], n, of=of)
    apart = difference(row["low_gone"], row["low"], row["others_gone"], row["others"])
    yield MORE_CHURNED.named(factor=factor).estimate(
        n, apart.difference, apart.low, apart.high, group=of
    )


def customisation_answers(sheet: StrategySheet) -> Answers:
    """Compare what customised lines bring with what the others do."""
    lines = sheet.canonical["transactions"]
    sold = lines.filter(lines.customer_id.notnull(), ~lines.is_return)
    joined = sold.join(sheet.members, "customer_id")
    custom = joined.filter(joined.customisation.notnull() & joined.customisation_cost.notnull())
    brought = custom.revenue - custom.cost.fill_null(0) - custom.customisation_cost
    rows = per_segment(
        custom.group_by("segment").aggregate(
            customers=custom.customer_id.nunique(), **moments(brought, "brought")
        )
    )
    for segment in sheet.names():
        row = rows.get(segment)
        if row and row["customers"] >= FEWEST:
            yield average(CUSTOMISED_LINE, row, "brought", of=group(segment, CUSTOMISATION))
        else:
            yield from not_answerable(
                [segment],
                CUSTOMISATION,
                UNKNOWN_CUSTOMISATION,
                needs="customisation and its cost on order lines of 10 customers or more",
            )
