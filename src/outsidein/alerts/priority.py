"""What a case is worth: which one to take up first."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from outsidein.stats.proportion import Difference


@dataclass(frozen=True, slots=True)
class Learned:
    """What data say of a rule's cases.

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


def severity_worth(value: int | None, *, severity: int, unknown: int) -> int:
    """Weigh a case before there are data: severity x value.

    Who brings nothing counts as one minor unit, so that among such the graver comes first.

    Args:
        value: Expected of the customer (minor units); null where unknown.
        severity: 1 to 5.
        unknown: What is taken for an unknown value (minor units).

    Example:
        >>> severity_worth(20_000, severity=3, unknown=5_000)
        60000
    """
    return severity * max(unknown if value is None else value, 1)


def saved_worth(value: int | None, *, learned: Learned, unknown: int) -> int:
    """Weigh a case by what taking it up is expected to bring.

    Value x hazard jump x chance of recovery - cost: expected money saved (minor units). Below
    zero the work costs more than it saves.

    Example:
        >>> saved_worth(200_000, learned=Learned(jump=0.1, recovery=0.5, cost=1_500), unknown=0)
        8500
    """
    known = unknown if value is None else value
    return int(known * learned.per_value) - learned.cost


def learned(jump: Difference | None, saved: Difference | None, *, cost: int) -> Learned | None:
    """Say what data carry of a rule, or that they do not yet.

    They carry it once both intervals lie above zero: more churn after it than otherwise, and
    fewer with the work than among those held out. The chance of recovery is the one over the
    other, at most 1.

    Args:
        jump: Share churned after it if left alone, minus the share otherwise.
        saved: Share stayed with the work, minus the share stayed of those held out.
        cost: Of the work (minor units).
    """
    if jump is None or saved is None or jump.low <= 0 or saved.low <= 0:
        return None
    return Learned(jump.difference, min(saved.difference / jump.difference, 1.0), cost)


def common_scale(rules: Mapping[str, Learned | None], severities: Mapping[str, int]) -> float:
    """Return money per unit of severity x value, so that rules without data queue among others.

    The mean, over the rules that data carry, of the share of value saved per degree of severity;
    1 where no rule has data and all are on the one scale of severity.

    Example:
        >>> common_scale({"late": Learned(0.1, 0.5, 0), "rude": None}, {"late": 5, "rude": 2})
        0.01
    """
    known = [found.per_value / severities[name] for name, found in rules.items() if found]
    return fmean(known) if known else 1.0
