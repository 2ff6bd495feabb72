import pytest

from outsidein.errors import InputError
from outsidein.figures.figure import Estimate, Figure, Unit
from outsidein.simulate.accuracy.comparison import Truth
from outsidein.simulate.declaration import read_firm
from outsidein.simulate.simulation import simulate
from outsidein.simulate.truth import beside_truth, coverage, truth_of
from outsidein.workspace.project import open_project
from tests.simulate.firms import firm


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "firm"
    simulate(read_firm(), folder, customers=1_000, seed=1)
    project = open_project(folder)
    return project, project.build(threads=1)


@pytest.fixture(scope="module")
def rows(built):
    project, _ = built
    return beside_truth(project.figures(), truth_of(project))


def test_a_simulated_project_builds_and_no_row_is_rejected(built):
    _, result = built
    assert result.rejected == 0
    assert {source["rejected"] for source in result.sources} == {0}


def test_money_and_steps_are_what_is_true_where_every_record_finds_its_customer(rows):
    told = {row.what: row for row in rows}
    profit = told["profitability | step profit | total"]
    assert profit.estimate == pytest.approx(profit.truth, rel=1e-6)
    for stage in ("Trial", "Purchase", "Multiple purchase", "Loyalty"):
        row = told[f"ladder_today | stage {stage} | customers"]
        # who has left is still on the ladder until silent for longer than the rule
        assert row.truth - 5 <= row.estimate <= row.truth + 0.1 * 1_000
    subscribers = told["lifetime_value | regime contract, tier all | still customers"]
    assert subscribers.estimate == pytest.approx(subscribers.truth, abs=5)


def test_customers_behind_the_records_are_a_few_too_many_because_of_typing_errors(rows):
    (row,) = [row for row in rows if row.what.startswith("identity_records")]
    assert row.truth == 1_000
    assert 1_000 < row.estimate < 1_100


def test_most_intervals_about_leaving_hold_the_truth(rows):
    leaving = [row for row in rows if row.what.startswith(("churn", "survival"))]
    held, of = coverage(leaving)
    assert of > 100
    assert held / of > 0.85


def test_a_firm_without_failures_campaigns_and_experiments_has_no_source_without_rows(tmp_path):
    bare = firm(months=8, failure={}, playbook={}, campaign={}, experiment={})
    simulate(bare, tmp_path / "bare", customers=200, seed=1)
    project = open_project(tmp_path / "bare")
    models = project.check().models.by_table
    assert "messages" not in models
    assert "invitations" in models
    assert not (tmp_path / "bare" / "data" / "complaints").exists()


def test_factor_verdicts_are_compared_once_a_build_publishes_them(tmp_path):
    told = firm(months=12, factor={"price": firm().factor["price"].model_dump(exclude_none=True)},
                failure={})  # fmt: skip
    simulate(told, tmp_path / "firm", customers=500, seed=1)
    group = {"segment": "students", "factor": "price", "class": "hygiene"}
    estimates = tuple(
        Estimate(measure, Unit.SHARE, 100, value, value - 0.05, value + 0.05, group=group)
        for measure, value in (("penalty", -0.15), ("reward", 0.2), ("verdict", 0.9))
    )
    figure = Figure("factor_verdicts", "", "", tuple(group), estimates)
    found = beside_truth({figure.name: figure}, Truth(tmp_path / "firm" / "truth"))
    assert [(row.truth, row.covered) for row in found] == [
        (-0.16, True), (0.07, False), (1.0, False)
    ]  # fmt: skip


def test_the_target_that_callers_propose_is_compared_with_their_patience(tmp_path):
    told = firm(months=6, patience={"until": 90})
    simulate(told, tmp_path / "firm", customers=200, seed=1)
    standards = (tmp_path / "firm" / "standards.toml").read_text()
    assert 'value = "where disasters begin"' in standards
    groups = ("standard", "state", "since", "by", "reason")
    rows = (
        ("answering", "proposed", 84.0),
        ("answering", "in force", 70.0),
        ("delivery", "proposed", 1.0),
    )
    estimates = tuple(
        Estimate("target", Unit.NUMBER, None, value, value - 8, value + 8,
                 group=dict(zip(groups, (name, state, "", "", ""), strict=True)))
        for name, state, value in rows
    )  # fmt: skip
    figure = Figure("standard_targets", "", "", groups, estimates)
    [found] = beside_truth({figure.name: figure}, Truth(tmp_path / "firm" / "truth"))
    assert (found.truth, found.estimate, found.covered) == (90.0, 84.0, True)


def test_a_project_that_was_not_simulated_has_no_truth(tmp_path):
    with pytest.raises(InputError, match="holds no truth"):
        Truth(tmp_path)
