"""Time passes for the subscribers of a simulated firm, and its playbooks tell in the end."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import InputError, UnknownName
from outsidein.simulate.continuation import CASES, assigned_cases, follow
from outsidein.simulate.simulation import simulate
from outsidein.workspace.project import Project
from tests.simulate.firms import firm

LOOP = {
    "alerts.toml": """
[alert.complained]
on = "encounters"
rule = "kind = 'complaint'"
issue = "complaint"
team = "care"
complaint = true
playbooks = ["apology", "call_back"]
randomise = true
live_from = {live_from}
open_within_days = 60
""",
    "teams.toml": """
[team.care]
lead = "Ana"
members = {{ Ana = "ana@firm.example" }}
""",
    "playbooks/apology.md": '+++\ntitle = "Sorry"\nissues = ["complaint"]\n'
    'minimum_response = "Sorry."\n+++\n1. Write.\n',
    "playbooks/call_back.md": '+++\ntitle = "A call"\nissues = ["complaint"]\n'
    'minimum_response = "We call."\n+++\n1. Call.\n',
}
AS_OF, DAYS = date(2024, 1, 1), 366


def complaining():
    """A firm that fails so often, and so badly, that playbooks tell."""
    units = {
        "depot": {"kind": "delivery", "kept": 0.5},
        "store": {"kind": "visit"},
        "team": {"kind": "call"},
    }
    late = {"factor": "delivery", "jump": 15.0, "reason": "delivery", "complaint": 0.8}
    books = {"apology": {"share": 1, "recovery": 0.05}, "call_back": {"share": 1, "recovery": 0.95}}
    return firm(
        unit=units, failure={"late_delivery": late}, playbook=books, months=8, as_of=AS_OF,
        campaign={}, experiment={}, contract={"hazard": [0.05]},
        survey={"invited": 0.02, "invited_after_failure": 0.02, "comments": 0.0},
    )  # fmt: skip


@pytest.fixture
def simulated(tmp_path):
    """The firm, not built, and a case about the first complaint of each customer."""
    folder = tmp_path / "firm"
    simulate(complaining(), folder, customers=4_000, seed=2)
    told = pq.read_table(folder / "data" / "complaints")
    books = np.array(["apology", "call_back", "hold-out"])[np.arange(len(told)) % 3]
    columns = {
        "source": ["shop"] * len(told),
        "record_id": told["account_number"].cast(pa.string()),
        "number": told["complaint_number"],
        "playbook": books,
    }
    return folder, pa.table(columns).cast(CASES)


def test_subscriptions_end_as_the_truth_of_the_playbooks_has_it(simulated):
    folder, cases = simulated
    before = pq.read_table(folder / "data" / "subscriptions").to_pandas().set_index("number")
    done = follow(folder, cases, days=60, seed=1)
    told = pq.read_table(folder / "truth" / "cases.parquet").to_pandas()
    after = pq.read_table(folder / "data" / "subscriptions").to_pandas().set_index("number")
    assert done.cases == len(told) > 200
    assert done.until == AS_OF + timedelta(days=60)
    assert f"as_of = {done.until}" in (folder / "outsidein.toml").read_text()
    assert (after.index == before.index).all()
    had_ended = before["ended_on"].notna()
    assert after[had_ended].equals(before[had_ended])
    assert (after["ended_on"].notna() & ~had_ended).sum() == done.left
    ended = after.loc[told["customer"] * 10 + 9, "ended_on"].notna().to_numpy()
    assert (ended == ~told["is_customer"].to_numpy()).all()
    for name, recovery in (("apology", 0.05), ("call_back", 0.95), ("hold-out", 0.0)):
        rows = told[told["playbook"] == name]
        assert abs(rows["is_recovered"].mean() - recovery) <= 4 * np.sqrt(0.05 / len(rows))
    stays = np.where(told["is_recovered"], told["stays_recovered"], told["stays_otherwise"])
    error = np.sqrt((stays * (1 - stays)).sum())
    assert abs(told["is_customer"].sum() - stays.sum()) < 4 * error


def test_a_playbook_that_the_firm_does_not_know_is_refused(simulated):
    folder, cases = simulated
    strange = cases.set_column(3, "playbook", pa.array(["flowers"] * len(cases)))
    with pytest.raises(UnknownName, match="flowers"):
        follow(folder, strange, days=60, seed=1)


def test_nobody_is_followed_twice(simulated):
    folder, cases = simulated
    follow(folder, cases, days=60, seed=1)
    with pytest.raises(InputError, match="was followed before"):
        follow(folder, cases, days=60, seed=1)


class Clock:
    now = datetime(2024, 1, 1, 9, tzinfo=UTC)


@pytest.mark.slow
def test_a_project_that_is_followed_finds_the_better_playbook_in_its_next_build(tmp_path, request):
    if not request.config.getoption("--full"):
        pytest.skip("two whole builds: with --full")
    folder, clock = tmp_path / "firm", Clock()
    simulate(complaining(), folder, customers=4_000, seed=2)
    for name, text in LOOP.items():
        (folder / name).parent.mkdir(exist_ok=True)
        filled = text if name.startswith("playbooks") else text.format(live_from=date(2023, 12, 2))
        (folder / name).write_text(filled)
    signed = {"OUTSIDEIN_LINK_SECRET": "l" * 32}
    project = Project(folder, clock=lambda: clock.now, environment=signed)
    project.build(threads=1)
    fired = project.alerts.run().fired["complained"]
    cases = assigned_cases(project)
    assert cases.num_rows == fired.opened > 100
    share = np.mean([book == "call_back" for book in cases["playbook"].to_pylist()])
    assert abs(share - 0.5) < 4 * np.sqrt(0.25 / cases.num_rows)

    follow(folder, cases, days=DAYS, seed=1)
    clock.now += timedelta(days=DAYS)
    project.build(threads=1)
    [figure] = [f for f in project.cases.figures() if f.name == "playbook_outcomes"]
    [found] = [e for e in figure.estimates if e.measure == "more stayed than with the other"]
    told = pq.read_table(folder / "truth" / "cases.parquet").to_pandas()
    truth = (0.05 - 0.95) * (told["stays_recovered"] - told["stays_otherwise"]).mean()
    assert found.group["playbook"] == "apology against call_back"
    assert found.high < 0
    assert found.low <= truth <= found.high
