"""When customers leave, and what those who left had brought."""

from collections.abc import Iterator

from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_MONEY,
    CHURN_RULE,
    CHURN_SENSITIVITY,
    CHURNED,
    HAZARD,
    PROPOSED_DAYS,
    REVENUE_PER_MONTH_LOST,
    RULE_HOLDS,
    SHARE_LEFT,
    SHARE_WON_BACK,
)
from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.doubts import (
    earliest_doubts,
    number_of_days,
    rule_doubts,
    start_doubts,
)
from outsidein.headlines.finders import month_of, riskiest_months, worst_month
from outsidein.headlines.statement import KINDS_OF_EFFECTS, Ground, Kind, Statement
from outsidein.present.figure_set import number_of
from outsidein.present.wording import share

MONTHS_A_YEAR = 12
HALF = 0.5


def left_today(basis: Basis) -> Iterator[Statement]:
    """Say how many have left and not returned."""
    left = basis.one(CHURN_RULE, SHARE_LEFT, group=None)
    if not left:
        return
    who = "were customers" if _silent(basis) else "had a contract"
    base = f"of all {left.n or 0:,} who ever {who}"
    yield Statement(
        name="left_today",
        kind=Kind.NOTE,
        text=f"{basis.words.value(left)} {base} have left and not returned ({_rule(basis)}).",
        base=base,
        grounds=(Ground(spec=CHURN_RULE, estimate=left),),
        doubts=(*rule_doubts(basis), *start_doubts(basis)),
    )


def _rule(basis: Basis) -> str:
    gone = _silent(basis)
    return f"no order for {number_of_days(gone)} days" if gone else "no contract any more"


def _silent(basis: Basis) -> Estimate | None:
    """Return who counts as gone by the rule of silence; None where contracts say who left."""
    return basis.one(CHURN_SENSITIVITY, CHURNED, times=1.0)


def rule_to_replace(basis: Basis) -> Iterator[Statement]:
    """Say that the rule of churn counts customers as gone who come back, and propose another."""
    holds, back = basis.one(CHURN_RULE, RULE_HOLDS), basis.one(CHURN_RULE, SHARE_WON_BACK)
    if not holds or not back or number_of(holds):
        return
    proposed = basis.one(CHURN_RULE, PROPOSED_DAYS)
    base = "of those whom the rule of churn counted as gone"
    yield Statement(
        name="rule_to_replace",
        kind=Kind.DECIDE,
        text=f"{basis.words.in_sentence(back)} {base} came back, so no sentence says who leaves, "
        "when, or at what cost.",
        base=base,
        grounds=(Ground(spec=CHURN_RULE, estimate=back, no_effect=0.0),),
        action=_new_rule(basis, proposed),
    )


def _new_rule(basis: Basis, proposed: Estimate | None) -> str:
    if not proposed:
        return (
            "Count customers as gone after a longer silence ([churn] in outsidein.toml). After "
            "which one, these data are too short to say."
        )
    return (
        f"Set after_days = {number_of(proposed):.0f} in [churn]: after a silence of "
        f"{basis.words.value(proposed)} at most a quarter came back."
    )


def revenue_lost(basis: Basis) -> Iterator[Statement]:
    """Say what those who left in the last year had brought."""
    lost = basis.one(CHURN_MONEY, REVENUE_PER_MONTH_LOST, reason=None, group=None)
    if not lost or not number_of(lost):
        return
    base = "customers who left in the last 365 days and have not returned"
    yield Statement(
        name="revenue_lost",
        kind=Kind.DECIDE,
        text=f"The {lost.n or 0:,} {base} had brought revenue of {basis.words.value(lost)} a "
        "month.",
        base=base,
        grounds=(Ground(spec=CHURN_MONEY, estimate=lost),),
        action="Decide whom of them to win back, and at what cost.",
        worth=MONTHS_A_YEAR * number_of(lost),
        worth_of="twelve times that month's revenue, not what winning them back would bring",
        doubts=(*rule_doubts(basis), *_doubts_of_one_time_buyers(basis)),
    )


def _doubts_of_one_time_buyers(basis: Basis) -> Iterator[str]:
    """Object where most of those who left had bought once: they never brought anything a month."""
    left = basis.customers.filter(basis.customers.is_churned, basis.customers.orders > 0)
    bought_once = (left.orders <= 1).mean().to_pyarrow().as_py()
    if bought_once is not None and bought_once > HALF:
        part = share(bought_once)
        yield f"{part} of those who left had bought once: one order is no revenue a month"


def _above_the_others(worst: Estimate, hazards: list[Estimate]) -> Ground:
    """Set a month's hazard against that of all other months together."""
    others = [e for e in hazards if e is not worst]
    exposed = sum(e.n or 0 for e in others)
    rest = sum(number_of(e) * (e.n or 0) for e in others) / exposed if exposed else 0.0
    return Ground(
        spec=CHURN_HAZARD,
        estimate=worst,
        no_effect=rest,
        among=len(hazards),
        kinds=KINDS_OF_EFFECTS,
    )


def riskiest_month(basis: Basis) -> Iterator[Statement]:
    """Say in which month of tenure most leave, or in which months where several may be it."""
    hazards, worst = basis.numbers(CHURN_HAZARD, HAZARD, group=None), worst_month(basis)
    months = riskiest_months(basis)
    if not worst or not months or not number_of(worst):
        return
    base = "of those still customers then"
    yield Statement(
        name="riskiest_month",
        kind=Kind.NOTE,
        text=f"The riskiest time is {_when(*months)} of being a customer: "
        f"{basis.words.in_sentence(worst)} {base} leave in {_which(worst, *months)}.",
        base=base,
        grounds=(_above_the_others(worst, hazards),),
        doubts=(*rule_doubts(basis), *start_doubts(basis), *earliest_doubts(basis, worst)),
    )


def _when(first: int, last: int) -> str:
    return f"month {first}" if first == last else f"months {first} to {last}"


def _which(worst: Estimate, first: int, last: int) -> str:
    return "it" if first == last else f"month {month_of(worst)} alone"
