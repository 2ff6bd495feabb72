"""Which models use which columns of the sources."""

import pytest

from outsidein.canonical.column_use import column_use
from outsidein.canonical.sql_models import read_models

MODELS = {
    "staging/calm.sql": "select * from calls",
    "staging/named.sql": "select caller from calls",
    "records/people.sql": "select 'x' as source, Caller as record_id from calm",
    "identifiers/phones.sql": "select n.caller, c.* from named n join codes c using (code)",
    "encounters/calls.sql": "with late as (select ended_at from calls) select * from late",
}


@pytest.fixture
def use(tmp_path):
    for name, sql in MODELS.items():
        path = tmp_path / "tables" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql)
    return column_use(read_models(tmp_path / "tables", sources={"calls", "codes"}))


def origins(*names):
    return tuple(f"tables/{name}.sql" for name in names)


def test_a_name_counts_through_staging_queries_whatever_its_case(use):
    models = use.models("calls", "caller")
    assert models == origins("records/people", "staging/named")
    assert use.tables_of(models) == ("identifiers", "records")


def test_a_star_of_a_model_uses_all_and_a_star_of_staging_what_its_readers_name(use):
    assert use.models("codes", "anything") == origins("identifiers/phones")
    assert use.models("codes", "code") == origins("identifiers/phones")
    assert use.models("calls", "ended_at") == origins("encounters/calls")


@pytest.mark.parametrize(
    ("sql", "is_used"),
    [
        ("select item, score from t unpivot (score for item in (a, B))", True),
        ("select item, score from t unpivot (score for item in (a, c))", False),
        ("select item, score from t unpivot (score for item in (columns('b.*')))", True),
        ("select to_json(t) as a from t", True),
        ("select to_json(r) as a from t as r", True),
        ("select a from t natural join u", True),
    ],
)
def test_a_column_counts_where_it_is_turned_into_rows_or_taken_with_its_row(tmp_path, sql, is_used):
    (tmp_path / "tables" / "records").mkdir(parents=True)
    (tmp_path / "tables" / "records" / "people.sql").write_text(sql)
    use = column_use(read_models(tmp_path / "tables", sources={"t", "u"}))
    assert use.models("t", "b") == (origins("records/people") if is_used else ())


def test_a_column_that_no_model_names_is_used_by_nothing(tmp_path):
    (tmp_path / "tables" / "records").mkdir(parents=True)
    (tmp_path / "tables" / "records" / "people.sql").write_text(
        "select a, count(*) from t group by a"
    )
    use = column_use(read_models(tmp_path / "tables", sources={"t"}))
    assert use.models("t", "b") == ()
    assert use.models("t", "a") == origins("records/people")
