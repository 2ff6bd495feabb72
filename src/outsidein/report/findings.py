"""What stands out among the figures, for the headings of a report."""

from dataclasses import replace

from outsidein.churn import figures as churn
from outsidein.figures.figure import Estimate, Unit
from outsidein.headlines.finders import share_of_profit
from outsidein.ladder import figures as ladder
from outsidein.report.evidence import Evidence, number_of


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


def best_share(evidence: Evidence) -> Estimate | None:
    """Return the share of profit that the best tier brings."""
    top = next((t.top_share for t in evidence.contents.tiers if t.top_share), None)
    point = share_of_profit(evidence, top) if top else None
    return as_share(point) if point else None


def as_share(estimate: Estimate) -> Estimate:
    """Write a multiple of the whole as per cent."""
    return replace(estimate, unit=Unit.SHARE)


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
