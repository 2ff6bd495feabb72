"""A simulated firm shifts as declared, and a build lists it beside what was declared."""

from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.errors import ProjectError
from outsidein.simulate.accuracy.comparison import Truth
from outsidein.simulate.accuracy.shifts import shifts_beside
from outsidein.simulate.changes import changes
from outsidein.simulate.course import course
from outsidein.simulate.declaration import default_table
from outsidein.simulate.people import seconds
from outsidein.simulate.simulation import simulate
from outsidein.workspace.project import open_project
from tests.simulate.firms import firm, of_one_segment, without_failures


def shifting():
    """A firm without season, campaign or drift, which five times changes for good."""
    table = default_table()
    units, factors = table["unit"], table["factor"]
    units["team_night"].pop("kept_drift")
    units["depot_south"]["share"] = 2.0
    units["depot_south"]["shift"] = [{"on": "2025-06-01", "kept": 0.55}]
    for factor in factors.values():
        factor.pop("penalty_drift", None)
        factor.pop("reward_drift", None)
    factors["price"]["shift"] = [{"on": "2025-03-01", "low": 0.36}]
    factors["advice"]["shift"] = [{"on": "2025-08-01", "low": 0.04}]
    return firm(
        unit=units,
        factor=factors,
        campaign={},
        experiment={},
        months=30,
        purchases={"december": 1.0, "shift": [{"on": "2025-05-01", "spend": 1.5}]},
        contract={"shift": [{"on": "2025-04-01", "hazard": 3.0}]},
        survey={"invited": 0.5, "invited_after_failure": 0.5, "comments": 0.0},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The shifting firm, built."""
    folder = tmp_path_factory.mktemp("shifting") / "firm"
    simulate(shifting(), folder, customers=5_000, seed=1)
    project = open_project(folder)
    project.build(threads=1)
    return project


@pytest.fixture(scope="module")
def beside(built):
    return shifts_beside(built.figures(), Truth(built.folder / "truth"))


MEANT = {
    ("unit", "disasters", "delivery"): date(2025, 6, 1),
    ("unit", "low scores", "delivery"): date(2025, 6, 1),
    ("factor", "low scores", "price"): date(2025, 3, 1),
    ("factor", "low scores", "advice"): date(2025, 8, 1),
    ("contract", "churn", "all customers"): date(2025, 4, 1),
    ("purchases", "spending of a tier", "gold"): date(2025, 5, 1),
    ("purchases", "spending of a tier", "platinum"): date(2025, 5, 1),
}


def test_a_build_lists_every_declared_shift_with_its_date(beside):
    found = {
        (o.change.of, o.kind, o.stream): o.change.on for o in beside if o.change and o.found_on
    }
    assert found == MEANT
    assert sum(o.is_dated for o in beside if o.change) >= 6


def test_shifts_are_found_within_the_delay_that_is_stated_for_them(beside):
    told = [o for o in beside if o.change and o.delay is not None and o.stated is not None]
    assert len(told) >= 5
    assert sum(o.delay <= o.stated for o in told) >= 0.8 * len(told)


def test_no_stream_that_stands_still_is_listed(built, beside):
    assert not [o for o in beside if o.is_false]
    watched = {
        e.group["kind"]: e.value
        for e in built.figures()["shifts_watched"].estimates
        if e.measure == "streams watched"
    }
    assert watched["low scores"] + watched["factor named"] + watched["disasters"] >= 12


def test_compare_sets_them_beside_the_truth(built):
    shown = CliRunner().invoke(
        main, ["simulate", "compare", "--project", str(built.folder), "--figure", "shifts"]
    )
    assert shown.exit_code == 0, shown.output
    [line] = [row for row in shown.output.splitlines() if row.startswith("factor price low")]
    cells = line.split("\t")
    assert cells[:4] == [
        "factor price low 0.2 to 0.36",
        "2025-03-01",
        "low scores: price",
        "2025-03-01",
    ]
    assert "7 of 7 streams with a declared shift are listed" in shown.output


def test_the_truth_lists_each_change_with_what_was_before(built):
    rows = pq.read_table(built.folder / "truth" / "shifts.parquet").to_pylist()
    told = {(row["of"], row["name"], row["what"]): (row["before"], row["after"]) for row in rows}
    assert told == {
        ("unit", "depot_south", "kept"): (0.92, 0.55),
        ("factor", "price", "low"): (0.20, 0.36),
        ("factor", "advice", "low"): (0.15, 0.04),
        ("contract", "", "hazard"): (1.0, 3.0),
        ("purchases", "", "spend"): (1.0, 1.5),
    }


ON = date(2025, 6, 1)


def test_a_factor_is_rated_low_as_often_as_declared_before_and_since():
    told = without_failures(
        factor={
            "price": {
                "description": "d", "answer": "product", "low": 0.2, "high": 0.2, "penalty": 0,
                "reward": 0, "shift": [{"on": ON.isoformat(), "low": 0.4}],
            }
        },
        make=of_one_segment_unshifted,
        survey={"slope": 0.0, "extremes": 0.0, "invited": 0.5},
    )  # fmt: skip
    asked = course(told, seed=1, block=0, first=0, size=8_000).invitations
    rated, low = asked["price"] > 0, np.isin(asked["price"], (1, 2))
    since = asked["at"] >= seconds(ON)
    for rows, share in ((rated & ~since, 0.2), (rated & since, 0.4)):
        assert abs(low[rows].mean() - share) < 4 * np.sqrt(share * (1 - share) / rows.sum())


def of_one_segment_unshifted(**given):
    return of_one_segment(**{"campaign": {}, **given})


def test_customers_leave_and_buy_by_other_rates_from_the_declared_day_on():
    shifts = {
        "contract": {"hazard": (0.05,), "shift": [{"on": ON.isoformat(), "hazard": 2.0}]},
        "purchases": {"december": 1.0, "shift": [{"on": ON.isoformat(), "orders": 0.5}]},
    }
    told = without_failures(make=of_one_segment_unshifted, **shifts)
    run = course(told, seed=1, block=0, first=0, size=8_000)
    month = 30 * 86_400
    here = [
        np.minimum(run.left_at, seconds(ON) + k * month)
        - np.maximum(run.people.joined, seconds(ON) + (k - 1) * month)
        for k in (0, 3)
    ]
    risk = [np.maximum(each, 0).sum() / month for each in here]
    left = [
        (
            (run.left_at >= seconds(ON) + (k - 1) * month) & (run.left_at < seconds(ON) + k * month)
        ).sum()
        for k in (0, 3)
    ]
    rates = [count / at_risk for count, at_risk in zip(left, risk, strict=True)]
    assert rates[0] == pytest.approx(0.05, rel=0.15)
    assert rates[1] == pytest.approx(0.10, rel=0.15)
    at, joined = run.orders["at"], run.people.joined < seconds(ON) - month
    bought = [
        ((at >= seconds(ON) + (k - 1) * month) & (at < seconds(ON) + k * month)).sum() / each
        for k, each in zip((0, 3), risk, strict=True)
    ]
    assert joined.any()
    assert bought[1] / bought[0] == pytest.approx(0.5, rel=0.1)


def test_shares_that_do_not_fit_together_after_a_shift_are_refused():
    factors = default_table()["factor"]
    factors["price"]["shift"] = [{"on": "2025-01-01", "low": 0.9}]
    with pytest.raises(ProjectError, match="low and high are above 1 together"):
        firm(factor=factors)


def test_a_shift_to_what_was_before_is_no_change():
    factors = default_table()["factor"]
    factors["price"]["shift"] = [
        {"on": "2025-09-01", "low": 0.2},
        {"on": "2025-06-01", "low": 0.3},
        {"on": "2025-07-01", "high": 0.2},
    ]
    told = [one for one in changes(firm(factor=factors)) if one.name == "price"]
    assert [(one.on.month, one.before, one.after) for one in told] == [(6, 0.2, 0.3), (9, 0.3, 0.2)]
