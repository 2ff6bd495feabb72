"""What each failure truly costs: the contracts that end because of it."""

from typing import NamedTuple

from outsidein.simulate.accuracy.comparison import Truth
from outsidein.simulate.declaration import MONTH

YEAR = 365.0


class PlantedLoss(NamedTuple):
    """What a kind of failure takes from the firm.

    Attributes:
        failure: Its name.
        customers: Expected customers under contract who leave because of it (count a year).
        worth: What they would have brought in a year under contract (minor units).
    """

    failure: str
    customers: float
    worth: float


def planted_losses(truth: Truth) -> list[PlantedLoss]:
    """Return what the failures of a firm cost by the truth, the dearest first.

    Reasons that customers also give without a failure are left out: nobody can tell them apart.
    """
    firm, hazards = truth.firm, truth.hazards
    years = firm.months * MONTH / YEAR
    margin = (firm.contract.price - firm.contract.cost) * YEAR / MONTH
    losses = []
    for name, failure in firm.failure.items():
        if failure.reason not in firm.contract.reasons:
            leaving = float(hazards["expected"][hazards["reason"] == failure.reason].sum()) / years
            losses.append(PlantedLoss(name, leaving, leaving * margin))
    return sorted(losses, key=lambda loss: (-loss.worth, loss.failure))
