import pytest

from outsidein.simulate.accuracy.comparison import Truth
from outsidein.simulate.accuracy.planted import planted_losses
from outsidein.simulate.declaration import default_table
from outsidein.simulate.quiet import quiet_firm
from outsidein.simulate.simulation import TRUTH, simulate
from tests.simulate.firms import firm


@pytest.fixture
def losses(tmp_path):
    def of(declared):
        simulate(declared, tmp_path / "firm", customers=2_000, seed=1)
        return planted_losses(Truth(tmp_path / "firm" / TRUTH))

    return of


def test_failures_that_drive_nobody_away_cost_nothing(losses):
    assert {loss.worth for loss in losses(quiet_firm(firm()))} == {0.0}


def test_the_failure_that_ends_most_contracts_is_the_dearest(losses):
    failures = default_table()["failure"]
    jumps = {"late_delivery": 1.0, "long_wait": 9.0, "unresolved_call": 2.0}
    changed = {name: {**failures[name], "jump": jump} for name, jump in jumps.items()}
    first, second, last = losses(firm(failure=changed, contract={"price": 1900, "cost": 700}))
    assert (first.failure, second.failure) == ("long_wait", "unresolved_call")
    assert last == ("late_delivery", 0.0, 0.0)
    assert first.worth == pytest.approx(first.customers * 1200 * 365 / 30)
