import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import InputError, UnknownName
from outsidein.rules.condition import condition
from outsidein.rules.parsing import condition_columns

ROWS = pa.table(
    {
        "customer": ["a", "b", "c", "d"],
        "orders": [0, 1, 5, None],
        "region": ["SP", "RJ", None, "SP"],
        "first_on": pa.array([None, "2018-01-01", "2017-05-05", "2016-01-01"]).cast(pa.date32()),
    }
)


@pytest.fixture(scope="module")
def customers():
    return ibis.duckdb.connect().create_table("customers", ROWS)


def chosen(sql, customers):
    rows = customers.filter(condition(sql, customers)).customer.to_pyarrow().to_pylist()
    return "".join(sorted(rows))


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("orders >= 1", "bc"),
        ("orders >= 1 and region = 'RJ'", "b"),
        ("orders >= 1 or region = 'SP'", "abcd"),
        ("not orders >= 1", "a"),
        ("region in ('RJ', 'MG')", "b"),
        ("region not in ('RJ')", "ad"),
        ("orders between 1 and 5", "bc"),
        ("region like 'S%'", "ad"),
        ("region is null", "c"),
        ("region is not null and orders is null", "d"),
        ("first_on < '2018-01-01'", "cd"),
        ("first_on >= date '2017-01-01'", "bc"),
        ("coalesce(orders, 9) > 4", "cd"),
        ("orders * 2 - 1 > 8.5", "c"),
        ("lower(region) = 'sp' and length(region) = 2", "ad"),
        ("case when orders > 2 then true else region = 'RJ' end", "bc"),
        ("true", "abcd"),
        ("orders > -1", "abc"),
        ("orders / (orders - 1) > 1 or orders % (orders - 5) = 7", "c"),
        ("cast(region as bigint) = 1 or cast(orders as text) = '5'", "c"),
        ("cast(first_on as text) = '2017-05-05' or cast('2016-01-01' as date) = first_on", "cd"),
    ],
)
def test_a_condition_chooses_the_rows_that_sql_would(customers, sql, answer):
    assert chosen(sql, customers) == answer


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("orders in (select 1)", "may not be used"),
        ("exists (select 1)", "may not be used"),
        ("(select max(orders) from customers) > 1", "may not be used"),
        ("orders > 1; drop table customers", "exactly one expression"),
        ("read_text('/etc/passwd') = ''", "may not be used"),
        ("getenv('HOME') = ''", "may not be used"),
        ("sum(orders) > 1", "may not be used"),
        ("row_number() over () = 1", "may not be used"),
        ("random() < 0.5", "may not be used"),
        ("orders >", "is not SQL: something is missing after the operator"),
        ("orders + 1", "is not boolean"),
        ("region > 1", "does not fit its columns"),
        ("orders between 'a' and 2", "orders:int64 and .* are not comparable"),
        ("region + 1 > 2", "an operator in it is for other types"),
        ("lower(orders) = '1'", "`lower` is for another type"),
        ("cast(orders as blob) = 'x'", "not to VARBINARY"),
        ("first_on > date '2019-13-45'", "'2019-13-45' is no DATE"),
        ("cast('x' as bigint) = orders", "'x' is no BIGINT"),
        ("cast(orders as date) = first_on", "int64 is never DATE"),
        ("orders in (1, 'x')", "orders:int64 and .* are not comparable"),
        ("", "exactly one expression"),
    ],
)
def test_what_is_no_condition_over_the_columns_is_refused(customers, sql, problem):
    with pytest.raises(InputError, match=problem):
        condition(sql, customers)


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("(" * 400 + "orders > 1" + ")" * 400, "nests too deep"),
        ("not " * 400 + "orders > 1", "nests too deep"),
        ("abs(" * 300 + "orders" + ")" * 300 + " > 1", "nests too deep"),
        (" or ".join(f"orders = {n}" for n in range(500)), "nests too deep"),
        ("orders % 0 = 1", "divides by 0"),
        ("orders / (0) > 1", "divides by 0"),
        ("1 < orders % -0.0", "divides by 0"),
    ],
)
def test_a_condition_that_nests_too_deep_or_divides_by_zero_is_refused(customers, sql, problem):
    for refuse in (lambda: condition(sql, customers), lambda: condition_columns(sql)):
        with pytest.raises(InputError, match=problem) as error:
            refuse()
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "sql", ["number * 2 > 0", "number + 1 > 0", "0 - number - 2 < 0", "abs(number) > 0"]
)
def test_no_number_of_a_row_makes_the_engine_fail(sql):
    largest = 2**63 - 1
    rows = pa.table({"number": pa.array([largest, -largest - 1, 1], "int64")})
    table = ibis.duckdb.connect().create_table("numbers", rows)
    numbers = table.filter(condition(sql, table)).number.to_pyarrow().to_pylist()
    assert largest in numbers
    assert 1 in numbers


def test_many_alternatives_are_still_a_condition(customers):
    assert chosen(" or ".join(f"orders = {n}" for n in range(90)), customers) == "abc"


def test_an_unknown_column_is_answered_with_the_nearest(customers):
    with pytest.raises(UnknownName, match=r"no column 'regoin'. Did you mean 'region'\?"):
        condition("regoin = 'SP'", customers)


def test_a_column_of_another_table_is_unknown(customers):
    with pytest.raises(UnknownName, match=r"no column 'secrets\.orders'"):
        condition("secrets.orders > 1", customers)


def test_the_columns_a_condition_needs_are_known_beforehand():
    assert condition_columns("orders > 1 and (region = 'x' or coalesce(a, b) = 1)") == {
        *("orders", "region", "a", "b")
    }


@pytest.mark.filterwarnings("ignore::outsidein.errors.FormerNameWarning")
@given(st.text(max_size=40))
def test_no_text_does_anything_but_parse_or_be_refused(text):
    table = ibis.table({"orders": "int64"}, name="customers")
    try:
        answer = condition(text, table)
    except InputError:
        return
    assert answer.type().is_boolean()
