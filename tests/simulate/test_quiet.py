import pyarrow.parquet as pq
import pytest

from outsidein.simulate.changes import changes
from outsidein.simulate.declaration import read_firm
from outsidein.simulate.quiet import quiet_firm
from outsidein.simulate.simulation import simulate


@pytest.fixture(scope="module")
def quiet():
    return quiet_firm(read_firm())


def test_no_factor_moves_satisfaction_in_any_segment_or_year(quiet):
    effects = {
        quiet.effect(factor, segment, year)
        for factor in quiet.factor
        for segment in quiet.segment
        for year in (2023, 2024, 2025)
    }
    assert effects == {(0.0, 0.0)}


def test_nothing_changes_on_any_day(quiet):
    assert list(changes(read_firm())) != []
    assert list(changes(quiet)) == []
    assert {unit.kept_drift for unit in quiet.unit.values()} == {0.0}


def test_the_true_hazard_is_the_same_in_every_month_and_segment(quiet, tmp_path):
    simulate(quiet, tmp_path / "firm", customers=300, seed=1)
    rows = pq.read_table(tmp_path / "firm" / "truth" / "hazards.parquet").to_pylist()
    hazards = {}
    for row in rows:
        month = hazards.setdefault((row["segment"], row["month"]), [0.0, row["at_risk"]])
        month[0] += row["expected"]
    observed = {round(expected / at_risk, 9) for expected, at_risk in hazards.values() if at_risk}
    assert len(observed) == 1
