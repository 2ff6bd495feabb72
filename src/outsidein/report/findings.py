"""What stands out among the figures; shared by the sentences in short and by the headings."""

from dataclasses import replace

from outsidein.churn import figures as churn
from outsidein.figures.figure import Estimate, Unit
from outsidein.figures.spec import Measure
from outsidein.ladder import figures as ladder
from outsidein.report.evidence import Evidence, number_of
from outsidein.value import figures as value

WITH_FAILURES = "with own failures"
HALF = 0.5
"""Share of those churned who came back, from which the rule is called into question."""

NEAR = 0.006
"""How far a point of the whale curve may lie from a tier's share and still stand for it."""


def expected_value(evidence: Evidence) -> list[Estimate]:
    """Return the value expected of all customers, by whether they are under contract."""
    return evidence.numbers(value.LIFETIME_VALUE, value.EXPECTED_VALUE, tier="all")


def regime_name(estimate: Estimate) -> str:
    """Name the customers of an estimate by whether they are under contract."""
    return {
        "no contract": "Customers without a contract",
        "contract": "Customers under contract",
    }[str(estimate.group["regime"])]


def step_name(estimate: Estimate) -> str:
    """Name a step of the ladder.

    Example:
        >>> step_name(Estimate("x", Unit.SHARE, 1, group={"from": "Aware", "to": "Trial"}))
        'Aware → Trial'
    """
    return f"{estimate.group.get('from')} → {estimate.group.get('to')}"


def largest_stage(evidence: Evidence) -> Estimate | None:
    """Return the step on which most customers stand."""
    shares = evidence.numbers(ladder.LADDER_TODAY, ladder.SHARE_OF_CUSTOMERS)
    return max(shares, key=number_of, default=None)


def hardest_step(evidence: Evidence) -> Estimate | None:
    """Return the step that fewest climb, within the longest time known of every step."""
    by_days: dict[int, list[Estimate]] = {}
    for e in evidence.numbers(ladder.LADDER_STEPS, ladder.WITHIN_DAYS):
        fields = ladder.WITHIN_DAYS.fields(e.measure) or {}
        by_days.setdefault(int(fields["days"]), []).append(e)
    if not by_days:
        return None
    most = max(len(estimates) for estimates in by_days.values())
    days = max(days for days, estimates in by_days.items() if len(estimates) == most)
    return min(by_days[days], key=number_of)


def best_share(evidence: Evidence) -> Estimate | None:
    """Return the share of profit that the best tier brings."""
    top = next((t.top_share for t in evidence.contents.tiers if t.top_share), None)
    points = _curve(evidence)
    if top is None or not points:
        return None
    nearest = min(points, key=lambda e: abs(customer_share(e) - top))
    return as_share(nearest) if abs(customer_share(nearest) - top) < NEAR else None


def whale(evidence: Evidence, measure: Measure) -> Estimate | None:
    """Return a summary of the whale curve."""
    return evidence.one(value.WHALE_CURVE, measure, curve=WITH_FAILURES, customer_share=None)


def _curve(evidence: Evidence) -> list[Estimate]:
    shares = evidence.numbers(value.WHALE_CURVE, value.CUMULATIVE_SHARE, curve=WITH_FAILURES)
    return [e for e in shares if e.group.get("customer_share") is not None]


def customer_share(estimate: Estimate) -> float:
    """Return where on the whale curve an estimate lies."""
    return float(estimate.group["customer_share"] or 0)


def as_share(estimate: Estimate) -> Estimate:
    """Write a multiple of the whole as per cent."""
    return replace(estimate, unit=Unit.SHARE)


def worst_month(evidence: Evidence) -> Estimate | None:
    """Return the month of tenure in which the largest share churns, over all customers."""
    return max(
        evidence.numbers(churn.CHURN_HAZARD, churn.HAZARD, group=None), key=number_of, default=None
    )


def half_gone(evidence: Evidence) -> Estimate | None:
    """Return when half have churned, over all customers, also where it only says why not."""
    return next(iter(evidence.select(churn.SURVIVAL, churn.MEDIAN_TENURE, group=None)), None)


def last_survival(evidence: Evidence) -> Estimate | None:
    """Return the share still customers at the last month observed."""
    shares = evidence.numbers(churn.SURVIVAL, churn.SHARE_STILL_CUSTOMERS, group=None)
    return max(shares, key=lambda e: float(e.group["month"] or 0), default=None)


def short_name(group: str) -> str:
    """Name a group without its kind.

    Example:
        >>> short_name("segment narrow_baskets"), short_name("gold")
        ('narrow baskets', 'gold')
    """
    return (group.partition(" ")[2] or group).replace("_", " ")


def tier_name(estimate: Estimate) -> str:
    """Name the tier of an estimate; none is all."""
    name = str(estimate.group.get("tier") or "all")
    return name[:1].upper() + name[1:]
