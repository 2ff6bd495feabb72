import pytest

from outsidein.canonical.literals import together
from outsidein.canonical.query import read_query
from outsidein.lake.queries import sql_parser


def literals(tmp_path, sql):
    path = tmp_path / "people.sql"
    path.write_text(sql)
    with sql_parser() as parse:
        return read_query(path, parse=parse).literals


@pytest.mark.parametrize(
    ("sql", "known"),
    [
        ("select 'crm' as source, id as record_id from t", {"source": {"crm"}}),
        ("from t select 'crm' as Source", {"source": {"crm"}}),
        (
            "select 'a' as source, x union all select 'b', y from u union select 'c', z from v",
            {"source": {"a", "b", "c"}},
        ),
        (
            "select x, 'a' as source union all by name select 'b' as source, y as x from u",
            {"source": {"a", "b"}},
        ),
        ("with c as (select 1 as x) select 'a' as source, x from c", {"source": {"a"}}),
        ("(select 'a' as source from t order by 1) limit 3", {"source": {"a"}}),
        ("select source, 3 as n, null as x from t", {}),
        ("select 'a' as source union all select system from u", {}),
        ("select 'a' as source union all select * from u", {}),
        ("select 'a' as source except select 'b'", {}),
        ("select upper('a') as source, * from t", {}),
    ],
)
def test_a_query_knows_the_texts_it_writes_itself(tmp_path, sql, known):
    assert literals(tmp_path, sql) == known


def test_what_one_query_takes_from_the_data_is_not_known():
    crm, shop = {"source": frozenset({"crm"})}, {"source": frozenset({"shop"})}
    assert together([crm, shop], "source") == {"crm", "shop"}
    assert together([crm, {}], "source") is None
