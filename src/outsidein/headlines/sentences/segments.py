"""The segment that brings most."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.sentences.value import doubts_of_size
from outsidein.headlines.statement import KINDS_OF_EFFECTS, Ground, Kind, Statement
from outsidein.present.display_tables import group_text
from outsidein.present.figure_set import number_of
from outsidein.segments.declaration import EVERYBODY
from outsidein.strategy.figures import CHURNED, PROFIT, SHARE_OF_CUSTOMERS, STRATEGY

BASE = "of all customers"

KNOWN = 0.9
"""Share of customers of whom a segment's traits have to be known."""


def most_valuable_segment(basis: Basis) -> Iterator[Statement]:
    """Say which customers, told apart by who they are, bring more than the others.

    Segments whose rule asks what customers did or brought are left out: they bring more, or less,
    by definition.
    """
    profits = [e for e in basis.numbers(STRATEGY, PROFIT) if e.group["segment"] in basis.segments]
    everybody = basis.one(STRATEGY, PROFIT, segment=EVERYBODY)
    if not profits or not everybody:
        return
    most = max(profits, key=lambda e: _above(e, everybody))
    size = basis.one(STRATEGY, SHARE_OF_CUSTOMERS, segment=most.group["segment"])
    if size and _above(most, everybody) > 0:
        yield _statement(basis, most, everybody, size, among=len(profits))


def _above(profit: Estimate, everybody: Estimate) -> float:
    """Return what a segment brought above what as many of all customers did."""
    return (number_of(profit) - number_of(everybody)) * (profit.n or 0)


def _statement(
    basis: Basis, profit: Estimate, everybody: Estimate, size: Estimate, *, among: int
) -> Statement:
    segment, words = group_text(profit.group["segment"]).replace("_", " "), basis.words
    above = _above(profit, everybody)
    leaving = _leaving(basis, profit)
    return Statement(
        name=f"segment {segment}",
        kind=Kind.DECIDE,
        text=f"Customers of segment “{segment}”, {words.value(size)} {BASE}, brought "
        f"{words.in_sentence(profit)} of profit each so far, all customers "
        f"{words.value(everybody)}.{leaving}",
        base=BASE,
        grounds=(_above_the_usual(profit, everybody, among=among),),
        action=f"Find out why customers of “{segment}” leave before you invest in them."
        if leaving
        else f"Decide what to invest in “{segment}”, and how to win more customers like them.",
        worth=above,
        worth_of="profit so far above what as many of all customers brought",
        doubts=(
            *doubts_of_size(basis, above),
            *_doubts_of_members(basis, profit.group["segment"]),
        ),
    )


def _leaving(basis: Basis, profit: Estimate) -> str:
    """Say how many of a segment left, where it is surely more than of all customers."""
    left = basis.one(STRATEGY, CHURNED, segment=profit.group["segment"])
    of_all = basis.one(STRATEGY, CHURNED, segment=EVERYBODY)
    if not left or not of_all or left.low is None or left.low <= number_of(of_all):
        return ""
    return (
        f" But {basis.words.value(left)} of them left and have not returned, of all customers "
        f"{basis.words.value(of_all)}."
    )


def _above_the_usual(profit: Estimate, everybody: Estimate, *, among: int) -> Ground:
    return Ground(
        spec=STRATEGY,
        estimate=profit,
        no_effect=number_of(everybody),
        among=among,
        kinds=KINDS_OF_EFFECTS,
    )


def _doubts_of_members(basis: Basis, segment: object) -> Iterator[str]:
    """Object where it is known of few customers whether they belong to a segment.

    Those of whom it is known may bring more for that alone: who says much about themselves often
    buys much too.
    """
    columns = [c for c in basis.segments.get(str(segment), ()) if c in basis.customers.columns]
    if not columns:
        return
    told_apart = basis.customers.filter([basis.customers[name].notnull() for name in columns])
    of_these, of_all = (int(t.count().to_pyarrow().as_py()) for t in (told_apart, basis.customers))
    if of_these < KNOWN * of_all:
        yield (
            f"whether they belong to it is known of {of_these:,} of {of_all:,} customers, and "
            "only with these may it be compared"
        )
