"""A firm in which nothing has an effect: whatever effect a build claims of it is false."""

from statistics import fmean
from typing import Any

from outsidein.simulate.declaration import Firm

NO_EFFECT = {"penalty": 0.0, "reward": 0.0, "penalty_drift": 0.0, "reward_drift": 0.0}


def quiet_firm(firm: Firm) -> Firm:
    """Return a firm without its effects.

    No factor moves satisfaction, no failure, message or playbook moves customers, nobody's risk
    of leaving depends on tenure or person, and nothing changes on a day or with the season. How
    often promises are kept, and how much customers order and spend, stays as it is.

    Example:
        >>> from outsidein.simulate.declaration import read_firm
        >>> quiet_firm(read_firm()).effect("delivery", "families", 2025)
        (0.0, 0.0)
    """
    table = firm.model_dump()
    for factor in table["factor"].values():
        factor |= {**NO_EFFECT, "segment": {}, "shift": ()}
    for unit in table["unit"].values():
        unit |= {"kept_drift": 0.0, "shift": ()}
    for failure in table["failure"].values():
        failure["jump"] = 1.0
    for segment in table["segment"].values():
        segment |= {"churn": 1.0, "satisfaction": 0.6}
    for playbook in table["playbook"].values():
        playbook["recovery"] = 0.0
    for message in table["campaign"].values():
        message["uplift"] = 0.0
    for experiment in table["experiment"].values():
        for arm in experiment["arm"].values():
            arm |= {"uplift": 0.0, "segment": {}}
    table["purchases"] |= {"december": 1.0, "shift": ()}
    table["contract"] |= _same_risk(table["contract"])
    return Firm.model_validate(table)


def _same_risk(contract: dict[str, Any]) -> dict[str, Any]:
    return {"hazard": (fmean(contract["hazard"]),), "frailty": 0.0, "shift": ()}
