"""The priority of a case: which one to take first."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from outsidein.stats.proportion import Difference


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """What was measured about a rule's cases.

    Attributes:
        jump: By how much churn is more likely after it (probability, 0 to 1).
        recovery: Share of that which the work takes back (0 to 1).
        cost: Of the work (minor units).
    """

    jump: float
    recovery: float
    cost: int

    @property
    def per_value(self) -> float:
        """Share of a customer's value that the work is expected to save."""
        return self.jump * self.recovery


def priority_by_severity(value: int | None, *, severity: int, unknown: int) -> int:
    """Return the priority of a case before there is evidence: severity x value.

    A customer without value counts as one minor unit, so that severity decides among such.

    Args:
        value: Expected of the customer (minor units); null where unknown.
        severity: 1 to 5.
        unknown: What is taken for an unknown value (minor units).

    Example:
        >>> priority_by_severity(20_000, severity=3, unknown=5_000)
        60000
    """
    return severity * max(unknown if value is None else value, 1)


def priority_by_savings(value: int | None, *, evidence: RuleEvidence, unknown: int) -> int:
    """Return the money that working on a case is expected to save.

    Value x hazard jump x chance of recovery - cost: expected money saved (minor units). Below
    zero the work costs more than it saves.

    Example:
        >>> late = RuleEvidence(jump=0.1, recovery=0.5, cost=1_500)
        >>> priority_by_savings(200_000, evidence=late, unknown=0)
        8500
    """
    worth = unknown if value is None else value
    return int(worth * evidence.per_value) - evidence.cost


def rule_evidence(
    jump: Difference | None, saved: Difference | None, *, cost: int
) -> RuleEvidence | None:
    """Return what was measured about a rule; None if it is not significant yet.

    Both intervals must lie above zero: more churn after an alert than otherwise, and less with
    the work than among those held out. The chance of recovery is the one over the
    other, at most 1.

    Args:
        jump: Share churned after it if left alone, minus the share otherwise.
        saved: Share stayed with the work, minus the share stayed of those held out.
        cost: Of the work (minor units).
    """
    if jump is None or saved is None or jump.low <= 0 or saved.low <= 0:
        return None
    return RuleEvidence(jump.difference, min(saved.difference / jump.difference, 1.0), cost)


def common_scale(rules: Mapping[str, RuleEvidence | None], severities: Mapping[str, int]) -> float:
    """Return money per unit of severity x value, so that rules without data queue among others.

    The mean, over the rules that data carry, of the share of value saved per degree of severity;
    1 where no rule has data and all are on the one scale of severity.

    Example:
        >>> common_scale({"late": RuleEvidence(0.1, 0.5, 0), "rude": None}, {"late": 5, "rude": 2})
        0.01
    """
    scales = [evidence.per_value / severities[name] for name, evidence in rules.items() if evidence]
    return fmean(scales) if scales else 1.0
