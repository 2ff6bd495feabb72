"""When customers leave, and what those who left had brought."""

from collections.abc import Iterator

from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_MONEY,
    CHURN_SENSITIVITY,
    CHURNED,
    HAZARD,
    REVENUE_PER_MONTH_LOST,
    WON_BACK,
)
from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.figure_set import number_of

MONTHS_A_YEAR = 12
DAYS_A_MONTH = 30
QUARTER = 0.25
"""Share of those counted as gone who came back, above which the rule is not believed."""


def doubts_of_rule(basis: Basis) -> tuple[str, ...]:
    """Return what speaks against the project's rule of churn, and so against what rests on it."""
    back = basis.one(CHURN_SENSITIVITY, WON_BACK, times=1.0)
    if not back or number_of(back) <= QUARTER:
        return ()
    return (
        (
            f"the project's rule of {_days(back)} days counts customers as gone of whom "
            f"{basis.words.value(back)} came back"
        ),
    )


def _days(estimate: Estimate) -> str:
    return f"{float(estimate.group['days'] or 0):.0f}"


def revenue_lost(basis: Basis) -> Iterator[Statement]:
    """Say what those who left in the last year had brought."""
    lost = basis.one(CHURN_MONEY, REVENUE_PER_MONTH_LOST, reason=None, group=None)
    if not lost or not number_of(lost):
        return
    base = "customers who left in the last 365 days and have not returned"
    yield Statement(
        name="revenue_lost",
        kind=Kind.DECIDE,
        text=f"The {lost.n or 0:,} {base} had brought {basis.words.value(lost)} a month.",
        base=base,
        grounds=(Ground(spec=CHURN_MONEY, estimate=lost),),
        action="Decide whom of them to win back, and at what cost.",
        worth=MONTHS_A_YEAR * number_of(lost),
        doubts=doubts_of_rule(basis),
    )


def riskiest_month(basis: Basis) -> Iterator[Statement]:
    """Say in which month of tenure most leave."""
    hazards = basis.numbers(CHURN_HAZARD, HAZARD, group=None)
    worst = max(hazards, key=number_of, default=None)
    if not worst or not number_of(worst):
        return
    base = "of those still customers then"
    month = f"{float(worst.group['month'] or 0):.0f}"
    yield Statement(
        name="riskiest_month",
        kind=Kind.NOTE,
        text=f"The riskiest time is month {month} of being a customer: "
        f"{basis.words.in_sentence(worst)} {base} leave in it.",
        base=base,
        grounds=(Ground(spec=CHURN_HAZARD, estimate=worst, no_effect=0.0),),
        doubts=(*doubts_of_rule(basis), *_doubts_of_first_month(basis, month)),
    )


def _doubts_of_first_month(basis: Basis, month: str) -> Iterator[str]:
    """Object where the rule lets nobody leave earlier: the month says what the rule is."""
    gone = basis.one(CHURN_SENSITIVITY, CHURNED, times=1.0)
    if gone and int(month) <= float(gone.group["days"] or 0) / DAYS_A_MONTH + 1:
        yield f"it is the earliest that the rule of {_days(gone)} days lets anybody leave"
