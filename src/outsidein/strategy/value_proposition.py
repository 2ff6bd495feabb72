"""How must the value proposition change? How much customisation is profitable?"""

import ibis.expr.types as ir

from outsidein.canonical.order_totals import not_cancelled
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate
from outsidein.strategy.after_scores import (
    departures_after_scores,
    matched_difference,
    own_scores,
    watched_days,
)
from outsidein.strategy.figures import (
    CUSTOMISED_LINE,
    LOW_SCORED,
    MORE_LEFT,
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
    """Per factor: who is dissatisfied, and how many more of those left afterwards."""
    days = watched_days(sheet)
    departures = {}
    if isinstance(days, int):
        departures = _by_factor(departures_after_scores(sheet, days=days))
    rows = _low_counts(sheet).to_pyarrow().to_pylist()
    for segment in sheet.names():
        mine = [row for row in rows if row["segment"] == segment and _is_enough(row)]
        of = group(segment, PROPOSITION)
        if not mine:
            yield from not_answerable(
                [segment],
                PROPOSITION,
                UNKNOWN_FACTORS,
                needs="scores of factors, good and bad, as signals",
            )
        for row in sorted(mine, key=lambda row: row["factor"]):
            factor = row["factor"]
            yield share(LOW_SCORED.named(factor=_words(factor)), row["low"], row["n"], of=of)
            yield _more_left(factor, departures.get((segment, factor), []), days, of)


def _by_factor(departures: ir.Table) -> dict[tuple[str, str], list[Row]]:
    strata: dict[tuple[str, str], list[Row]] = {}
    for row in departures.order_by("segment", "factor", "stratum").to_pyarrow().to_pylist():
        strata.setdefault((row["segment"], row["factor"]), []).append(row)
    return strata


def _low_counts(sheet: StrategySheet) -> ir.Table:
    """Count the customers who ever scored a factor low, among those who scored it."""
    scored = own_scores(sheet.canonical["signals"])
    lowest = scored.group_by("customer_id", "factor").aggregate(is_low=scored.is_low.max())
    joined = lowest.join(sheet.members, "customer_id")
    return joined.group_by("segment", "factor").aggregate(
        n=joined.count(), low=joined.is_low.cast("int64").sum()
    )


def _is_enough(row: Row) -> bool:
    return bool(row["low"] >= FEWEST and row["n"] - row["low"] >= FEWEST)


def _more_left(
    factor: str, strata: list[Row], days: int | TooLittleData, of: dict[str, str]
) -> Estimate:
    if isinstance(days, TooLittleData):
        return MORE_LEFT.named(factor=_words(factor), days="some").unanswered(str(days), group=of)
    measure = MORE_LEFT.named(factor=_words(factor), days=days)
    n = sum(row["low"] + row["others"] for row in strata)
    try:
        apart = matched_difference(strata)
    except TooLittleData as error:
        why = f"{n:,} customers could be watched for {days} days after their score: {error}"
        return measure.unanswered(why, group=of)
    low, high = apart.difference_low, apart.difference_high
    return measure.estimate(n, apart.difference, low, high, group=of)


def _words(factor: str) -> str:
    return factor.replace("_", " ")


def customisation_answers(sheet: StrategySheet) -> Answers:
    """Compare what customised lines bring with what the others do."""
    lines = not_cancelled(sheet.canonical["transactions"])
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
