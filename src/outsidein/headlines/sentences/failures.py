"""Failures of the company after which more customers leave."""

from collections.abc import Iterator
from dataclasses import replace

from outsidein.extremes.exposure import AFTER_DAYS
from outsidein.extremes.figures import (
    AT_RISK,
    CUSTOMERS,
    HAZARD_JUMPS,
    JUMP,
    MONEY_AT_RISK,
    RETURN_RATIO,
)
from outsidein.extremes.money import NO_FAILURE
from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.finders import expected_values
from outsidein.headlines.sentences.value import MATERIAL
from outsidein.headlines.statement import KINDS_OF_EFFECTS, Ground, Kind, Statement
from outsidein.present.display_tables import group_text
from outsidein.present.figure_set import number_of
from outsidein.present.wording import share

TIMES_A_YEAR = 365 / AFTER_DAYS

OF_TENURE = "of others who were customers as long"
OF_ORDERS = "of others with as many orders"


def losses_after_failures(basis: Basis) -> Iterator[Statement]:
    """Say after which failures of the company more customers leave, and what that takes."""
    for money in basis.select(MONEY_AT_RISK, AT_RISK):
        group = {"encounter": money.group["encounter"]}
        jump = basis.one(HAZARD_JUMPS, JUMP, **group)
        if jump and money.why != NO_FAILURE:
            yield _statement(basis, money, jump, basis.one(HAZARD_JUMPS, RETURN_RATIO, **group))


def _statement(
    basis: Basis, money: Estimate, jump: Estimate, returns: Estimate | None
) -> Statement:
    failure = group_text(jump.group["encounter"]).replace("_", " ")
    base = OF_ORDERS if returns else OF_TENURE
    a_year = _a_year(money)
    grounds = [_ground(jump, no_effect=0.0)]
    grounds += [_ground(each, no_effect=1.0) for each in (returns,) if each]
    return Statement(
        name=f"after {failure}",
        kind=Kind.DECIDE,
        text=f"{_more_leave(basis, failure, jump, returns)}.{_cost(basis, a_year)}",
        base=base,
        grounds=tuple(grounds),
        action=f"Prevent “{failure}”{_speak_to(basis, money)}.",
        worth=a_year.value,
        worth_of="a year, as far as it is a cause, of what those who met it are expected to bring",
        is_effect=True,
        doubts=(*_wrong_direction(jump), *_doubts_of_size(basis, a_year.value)),
    )


def _ground(estimate: Estimate, *, no_effect: float) -> Ground:
    """Return a number whose interval holds for all kinds of encounters together."""
    return Ground(spec=HAZARD_JUMPS, estimate=estimate, no_effect=no_effect, kinds=KINDS_OF_EFFECTS)


def _more_leave(basis: Basis, failure: str, jump: Estimate, returns: Estimate | None) -> str:
    if returns:
        ratio = basis.words.in_sentence(returns)
        return f"After “{failure}” {ratio} times as many order again as {OF_ORDERS}"
    points = basis.words.in_sentence(jump)
    return (
        f"Of customers who met “{failure}” {points} more leave within {AFTER_DAYS} days than "
        f"{OF_TENURE}"
    )


def _a_year(money: Estimate) -> Estimate:
    """Return what a year takes at the rate of the days that the money at risk is of."""
    value, low, high = (
        None if x is None else TIMES_A_YEAR * x for x in (money.value, money.low, money.high)
    )
    return replace(money, value=value, low=low, high=high)


def _cost(basis: Basis, a_year: Estimate) -> str:
    if a_year.value is None:
        return ""
    amount, interval = basis.words.value(a_year), basis.words.interval(a_year)
    return f" As far as it is a cause, that takes {amount} ({interval}) a year."


def _speak_to(basis: Basis, money: Estimate) -> str:
    met = basis.one(MONEY_AT_RISK, CUSTOMERS, encounter=money.group["encounter"])
    if not met or not number_of(met):
        return ""
    return (
        f", and speak to the {number_of(met):,.0f} who met it in the last {AFTER_DAYS} days and "
        "are still customers"
    )


def _wrong_direction(jump: Estimate) -> tuple[str, ...]:
    return ("fewer leave after it than otherwise",) if number_of(jump) < 0 else ()


def _doubts_of_size(basis: Basis, a_year: float | None) -> tuple[str, ...]:
    """Object to an amount that hardly changes what customers bring."""
    expected = sum(number_of(e) for e in expected_values(basis))
    if a_year is None or not expected or not 0 <= a_year < MATERIAL * expected:
        return ()
    part = share(a_year / expected)
    least = share(MATERIAL)
    return (f"it takes {part} of what customers are expected to bring: a headline needs {least}",)
