"""A shop of which a panel is held whole, and of the other customers one order in two."""

from datetime import UTC, datetime, timedelta

import pytest

import outsidein
from outsidein.canonical.declaration import Sample
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling import check_sources
from outsidein.canonical.sampling_note import sampling_note
from outsidein.churn.figures import CHURN_RULE, REPURCHASE, SHARE_LEFT
from outsidein.errors import ProjectError
from outsidein.strategy.figures import STRATEGY
from outsidein.value.figures import EXPECTED_VALUE, LIFETIME_VALUE
from tests.projects import NEED, OBJECTIVES, PROJECT

PANEL, OTHERS = 60, 90
SAMPLES = """
[publish]
max_age_days = 1000
[sample.panel]
of = "customers"
drawn = "sixty customers"
[sample.till]
of = "rows"
drawn = "one order in two"
"""
SOURCES = '[source.orders]\nformat = "csv"\npath = "orders.csv"\n'
COLUMNS = '["source", "order_id", "person", "ordered_at"]'
MODELS = {
    "transactions": """
        select source, order_id as transaction_id, person as record_id, ordered_at,
               1 as quantity, 500 as revenue from orders""",
    "records": "select distinct source, person as record_id from orders",
    "identifiers": """
        select distinct source, person as record_id, 'loyalty' as kind, person as value
        from orders""",
}


def order(source, person, nth):
    """Everybody orders twice, 40 days apart."""
    at = datetime(2018, 1, 1, 12, tzinfo=UTC) + timedelta(days=person % 300 + 40 * nth)
    return f"{source},{source}{person}-{nth},{source}{person},{at.isoformat()}"


def write_project(folder):
    panel = [order("panel", i, nth) for i in range(PANEL) for nth in (0, 1)]
    till = [order("till", i, i % 2) for i in range(OTHERS)]
    need = NEED.format(source="orders", columns=COLUMNS, state="approved")
    files = {
        "outsidein.toml": PROJECT + SAMPLES,
        "sources.toml": SOURCES,
        "objectives.toml": OBJECTIVES,
        "segments.toml": "",
        "data_needs.toml": need,
        "orders.csv": "\n".join(["source,order_id,person,ordered_at", *panel, *till]),
        **{f"tables/{table}/all.sql": sql for table, sql in MODELS.items()},
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return outsidein.open(folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = write_project(tmp_path_factory.mktemp("shop"))
    project.build()
    return project


def test_who_orders_again_is_counted_of_customers_held_with_all_their_orders(project):
    figure = project.figures()[REPURCHASE.name]
    [again] = [
        e
        for e in figure.estimates
        if e.measure == "share who ordered again" and e.group == {"from_order": 1, "days": 90}
    ]
    assert (again.value, again.n) == (1.0, PANEL)
    assert f"Only the {PANEL} of {PANEL + OTHERS} customers count" in figure.method


def test_customers_counted_by_the_rule_of_churn_are_those_held_whole(project):
    [left] = [
        e
        for e in project.figures()[CHURN_RULE.name].estimates
        if e.measure == SHARE_LEFT.name and e.group["group"] is None
    ]
    assert left.n == PANEL


def test_every_customer_keeps_their_row_whatever_is_missing_of_them(project):
    assert project.table("customers").num_rows == PANEL + OTHERS


def test_lifetime_value_is_fitted_to_customers_held_with_all_their_orders(project):
    figures = project.figures()
    [expected] = [
        e
        for e in figures[LIFETIME_VALUE.name].estimates
        if e.measure == EXPECTED_VALUE.name and e.group["tier"] == "all"
    ]
    assert expected.n == PANEL
    assert f"fitted to {PANEL} of {PANEL} customers" in figures[LIFETIME_VALUE.name].method
    values = project.table("customers")["value"].to_pylist()
    assert sum(value is not None for value in values) == PANEL


def test_a_figure_of_all_customers_that_follows_them_is_objected_to_with_the_sample(project):
    note = sampling_note(project.figures()[SAMPLING.name])
    assert "a sample of rows (till: one order in two)" in note.objection_to([STRATEGY])
    assert note.objection_to([LIFETIME_VALUE, REPURCHASE]) is None


def test_a_statement_about_customers_held_whole_names_the_sample(project):
    shown = [row["text"] for row in project.table("statements").to_pylist() if row["is_shown"]]
    assert shown
    assert all(f"Counted in a sample of {PANEL} customers." in text for text in shown)


def test_a_sample_of_a_source_without_records_is_refused_with_the_nearest():
    sample = Sample(of="rows", drawn="one order in two")
    with pytest.raises(ProjectError, match=r"sample\.tils: no record.*Did you mean 'till'\?"):
        check_sources({"tils": sample}, {"till", "panel"})
