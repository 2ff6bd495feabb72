"""The number that a sentence in short and the heading of its figure are both about."""

from outsidein.churn.figures import CHURN_HAZARD, HAZARD
from outsidein.factors.figures import INITIATIVES, TO_BE_GAINED
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Measure
from outsidein.headlines.gate import FEWEST
from outsidein.ladder.figures import LADDER_STEPS, WATCHED, WITHIN_DAYS
from outsidein.present.figure_set import FigureSet, number_of
from outsidein.value.figures import (
    CUMULATIVE_SHARE,
    EXPECTED_VALUE,
    LIFETIME_VALUE,
    NOT_ATTRIBUTABLE,
    TOTAL,
    WHALE_CURVE,
)

WITH_FAILURES = "with own failures"
FEWEST_WATCHED = 0.5
"""Share of customers watched long enough below which no sentence says how many climb."""

NEAR = 0.006
"""How far a point of the whale curve may lie from a tier's share and still stand for it."""


def expected_values(figures: FigureSet) -> list[Estimate]:
    """Return the value expected of all customers, by whether they are under contract."""
    return figures.numbers(LIFETIME_VALUE, EXPECTED_VALUE, tier="all")


def gains_by_size(figures: FigureSet) -> list[Estimate]:
    """Return what improving each factor would gain, those that are surely a gain first."""
    gains = figures.numbers(INITIATIVES, TO_BE_GAINED)
    return sorted(gains, key=lambda e: (not _is_sure(e), -number_of(e), str(e.group["factor"])))


def _is_sure(gain: Estimate) -> bool:
    return gain.low is not None and gain.low > 0


def hardest_step(figures: FigureSet) -> Estimate | None:
    """Return the step that fewest climb, within the longest time that half were watched for.

    Those watched longer are those who came first, and others may climb otherwise. The time is the
    longest for which that holds of most steps.
    """
    by_days: dict[int, list[Estimate]] = {}
    for e in figures.numbers(LADDER_STEPS, WITHIN_DAYS):
        if _watched(figures, e) < (e.n or 0) * FEWEST_WATCHED:
            continue
        fields = WITHIN_DAYS.fields(e.measure) or {}
        by_days.setdefault(int(fields["days"]), []).append(e)
    if not by_days:
        return None
    most = max(len(estimates) for estimates in by_days.values())
    days = max(days for days, estimates in by_days.items() if len(estimates) == most)
    return min(by_days[days], key=number_of)


def watched_so_long(figures: FigureSet, step: Estimate) -> str:
    """Say how many could be watched as long as a step's estimate says, where these are fewer."""
    watched, n = _watched(figures, step), step.n or 0
    if watched >= n:
        return ""
    return f"as estimated: {watched:,.0f} of {n:,} were watched so long"


def _watched(figures: FigureSet, step: Estimate) -> float:
    """Return how many were watched as long as a step's estimate says; all where none says so."""
    days = (WITHIN_DAYS.fields(step.measure) or {}).get("days")
    group = {name: step.group[name] for name in ("from", "to")}
    watched = figures.one(LADDER_STEPS, WATCHED.named(days=days), **group)
    return number_of(watched) if watched else step.n or 0


def share_of_profit(figures: FigureSet, top: float) -> Estimate | None:
    """Return the part of all profit that a share of the customers brings, the best first."""
    shares = figures.numbers(WHALE_CURVE, CUMULATIVE_SHARE, curve=WITH_FAILURES)
    points = [e for e in shares if e.group.get("customer_share") is not None]
    nearest = min(points, key=lambda e: abs(customer_share(e) - top), default=None)
    return nearest if nearest and abs(customer_share(nearest) - top) < NEAR else None


def anonymous_profit(figures: FigureSet) -> str:
    """Name the profit that belongs to no known customer beside a share of the others' profit."""
    anonymous = figures.one(NOT_ATTRIBUTABLE, TOTAL, step="profit")
    if not anonymous or not number_of(anonymous):
        return ""
    return f" ({figures.words.value(anonymous)} more belong to no known customer)"


def customer_share(estimate: Estimate) -> float:
    """Return where on the whale curve an estimate lies."""
    return float(estimate.group["customer_share"] or 0)


def whale(figures: FigureSet, measure: Measure) -> Estimate | None:
    """Return a summary of the whale curve."""
    return figures.one(WHALE_CURVE, measure, curve=WITH_FAILURES, customer_share=None)


def riskiest_months(figures: FigureSet) -> tuple[int, int] | None:
    """Return the first and last month around the worst whose hazard may be as high as its."""
    worst = worst_month(figures)
    if worst is None:
        return None
    least = number_of(worst) if worst.low is None else worst.low
    hazards = figures.numbers(CHURN_HAZARD, HAZARD, group=None)
    as_high = {month_of(e) for e in hazards if number_of(e) >= least}
    first = last = month_of(worst)
    while first - 1 in as_high:
        first -= 1
    while last + 1 in as_high:
        last += 1
    return first, last


def month_of(hazard: Estimate) -> int:
    """Return the month of tenure that a hazard is about."""
    return int(float(hazard.group["month"] or 0))


def worst_month(figures: FigureSet) -> Estimate | None:
    """Return the month of tenure in which the largest share of customers leaves.

    A month that too few customers reach for a headline hides no other month.
    """
    hazards = figures.numbers(CHURN_HAZARD, HAZARD, group=None)
    enough = [e for e in hazards if (e.n or 0) >= FEWEST]
    return max(enough or hazards, key=number_of, default=None)
