import pytest

from outsidein.canonical.query import read_query
from outsidein.canonical.sql_models import read_models
from outsidein.lake.queries import sql_parser
from outsidein.pipeline.project_binding import warnings_of_costs


def assumed_costs(tmp_path, sql):
    path = tmp_path / "orders.sql"
    path.write_text(sql)
    with sql_parser() as parse:
        return read_query(path, parse=parse).assumed_costs


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("select round(revenue * 0.65) as cost from t", {"cost": 0.65}),
        ("select cast(0.65::double * revenue as bigint) as Cost from t", {"cost": 0.65}),
        ("select revenue * (1 - 0.4) as cost from t", {"cost": 0.6}),
        ("with a as (select x * 0.3 as margin from t) select margin from a", {"margin": 0.3}),
        ("select case when x then revenue * 0.5 end as cost from t", {"cost": 0.5}),
        ("select unit_cost * quantity as cost, revenue * 0.65 as revenue from t", {}),
        ("select round(unit_cost * 100) as cost, thousandths * 0.001 as margin from t", {}),
        ("select cost from t", {}),
    ],
)
def test_a_cost_that_is_a_part_of_another_number_is_noticed(tmp_path, sql, parts):
    assert assumed_costs(tmp_path, sql) == pytest.approx(parts)


def test_a_model_that_makes_costs_up_is_told_to_declare_the_margin(tmp_path):
    model = tmp_path / "transactions" / "orders.sql"
    model.parent.mkdir()
    model.write_text("select id as transaction_id, total * 0.65 as cost from orders")
    [warning] = warnings_of_costs(read_models(tmp_path, sources=["orders"]))
    assert warning.startswith("transactions/orders.sql: cost is 0.65 times another number.")
    assert "declare gross_margin in [value] of outsidein.toml" in warning
