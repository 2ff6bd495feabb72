"""Firms to simulate in tests."""

from outsidein.project.declarations import declare
from outsidein.simulate.declaration import Firm, default_table, with_replacements


def firm(**given):
    """The firm that comes along, with some tables replaced or completed."""
    return declare(Firm, with_replacements(default_table(), given), file="test")


def of_one_segment(told=(), **given):
    """A firm whose customers are all of one segment, `told` like this."""
    factors = {
        name: {key: value for key, value in factor.items() if key != "segment"}
        for name, factor in default_table()["factor"].items()
    }
    segment = {"all": {"share": 1, "orders": 0.5, **dict(told)}}
    return firm(**{"segment": segment, "factor": factors, "experiment": {}, **given})


def without_failures(make=firm, **given):
    """A firm whose every promise is kept, and whose hazards are the declared ones."""
    units = default_table()["unit"]
    kept = {
        name: {**unit, "kept": 1.0, "kept_drift": 0.0, "shift": []} for name, unit in units.items()
    }
    contract = {"frailty": 0.0, **given.pop("contract", {})}
    return make(unit=kept, failure={}, contract=contract, **given)
