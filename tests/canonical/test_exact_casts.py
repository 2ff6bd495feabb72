"""A cast into a canonical column loses nothing: the value is exact, or the row is rejected."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.canonical.exact_casts import exact_cast
from outsidein.lake.engine import connect
from outsidein.tables.columns import COUNT, FLAG, LARGEST_AMOUNT, MOMENT, MONEY, NUMBER, TEXT
from outsidein.tables.table import Column

QUANTITY = Column("decimal(18, 3)")
AMOUNT = "amount is a fraction; an amount is in whole minor units, such as cents"
TOO_LARGE = "amount is above 10,000,000,000,000 minor units; is it an amount?"
INEXACT = "amount is a floating-point number whose last digits are lost"
NOT_WHOLE = "amount is not a whole number"
FRACTION = "amount is a fraction; it must be a whole number"
DECIMALS = "amount has more than 3 decimals"
NOT_FINITE = "amount is not a finite number"
NO_MOMENT = "amount is not a timestamp"


@pytest.fixture(scope="module")
def connection():
    return connect().con


@pytest.fixture(scope="module")
def cast(connection):
    """Cast what a SELECT gives: the value, or the reason against it."""

    def run(expression, column):
        [(_, selected, *_)] = connection.execute(f"DESCRIBE SELECT {expression} AS x").fetchall()
        exact = exact_cast("x", selected, "amount", column)
        faults = "".join(f" WHEN {f.condition} THEN '{f.reason}'" for f in exact.faults)
        reason = f"CASE {faults} END" if faults else "NULL"
        sql = f"SELECT {exact.value}, {reason} FROM (SELECT {expression} AS x)"
        value, reason = connection.execute(sql).fetchone()
        return reason or value

    return run


@pytest.mark.parametrize(
    ("expression", "column", "result"),
    [
        ("1999", MONEY, 1999),
        ("19.99", MONEY, AMOUNT),
        ("19.00", MONEY, 19),
        ("19.99::DOUBLE", MONEY, AMOUNT),
        ("19.99::DOUBLE * 100", MONEY, 1999),
        ("9.98::FLOAT", MONEY, AMOUNT),
        ("'19.99'", MONEY, AMOUNT),
        ("' 19.00 '", MONEY, 19),
        ("'19,99'", MONEY, NOT_WHOLE),
        ("'1 999'", MONEY, NOT_WHOLE),
        ("'1e3'", MONEY, NOT_WHOLE),
        ("'0x1F'", MONEY, NOT_WHOLE),
        ("'1_000'", MONEY, NOT_WHOLE),
        ("'--1'", MONEY, NOT_WHOLE),
        ("' '", MONEY, None),
        ("NULL::DOUBLE", MONEY, None),
        ("true", MONEY, NOT_WHOLE),
        ("'true'", MONEY, NOT_WHOLE),
        ("DATE '2020-01-01'", MONEY, NOT_WHOLE),
        ("[1]", MONEY, NOT_WHOLE),
        ("'nan'::DOUBLE", MONEY, NOT_FINITE),
        ("'-inf'::DOUBLE", MONEY, NOT_FINITE),
        ("4711000000000012", MONEY, TOO_LARGE),
        ("-4711000000000012", MONEY, TOO_LARGE),
        ("'4711000000000012'", MONEY, TOO_LARGE),
        ("'99999999999999999999999'", MONEY, TOO_LARGE),
        ("123456789012345678901234567890", MONEY, TOO_LARGE),
        ("-9223372036854775808", MONEY, TOO_LARGE),
        ("1e30", MONEY, INEXACT),
        (f"{LARGEST_AMOUNT}", MONEY, LARGEST_AMOUNT),
        ("'12'::JSON", MONEY, 12),
        ("'\"12.5\"'::JSON", MONEY, AMOUNT),
        ("1.5", COUNT, FRACTION),
        ("18446744073709551615::UBIGINT", COUNT, "amount is too large"),
        ("9007199254740993::DOUBLE * 4", COUNT, INEXACT),
        ("1.2345", QUANTITY, DECIMALS),
        ("1.2340", QUANTITY, Decimal("1.234")),
        ("0.1::DOUBLE + 0.2::DOUBLE", QUANTITY, Decimal("0.300")),
        ("(1 / 3)::DOUBLE", QUANTITY, DECIMALS),
        ("'1.2345'", QUANTITY, DECIMALS),
        ("'1.2345678e2'", QUANTITY, "amount is not a number"),
        ("1e17::BIGINT", QUANTITY, "amount is too large"),
        ("9007199254740993", NUMBER, "amount is too large"),
        ("9007199254740992", NUMBER, 2.0**53),
        ("'nan'", NUMBER, "amount is not a number"),
        ("'1e400'", NUMBER, NOT_FINITE),
        ("'nan'::DOUBLE", NUMBER, NOT_FINITE),
        ("true", NUMBER, "amount is not a number"),
        ("'1e3'", NUMBER, 1000.0),
        ("1", FLAG, True),
        ("2", FLAG, "amount is not a boolean"),
        ("0.5", FLAG, "amount is not a boolean"),
        ("'yes'", FLAG, True),
        ("'2'", FLAG, "amount is not a boolean"),
        ("DATE '2020-01-01'", FLAG, "amount is not a boolean"),
        ("'infinity'", MOMENT, NO_MOMENT),
        ("'epoch'", MOMENT, NO_MOMENT),
        ("'infinity'::TIMESTAMP", MOMENT, NO_MOMENT),
        ("20200101", MOMENT, NO_MOMENT),
        ("''", MOMENT, None),
        ("4711000000000012::DOUBLE", TEXT, "4711000000000012.0"),
        ("12345678901234567890::DOUBLE", TEXT, INEXACT),
        ("'nan'::DOUBLE", TEXT, NOT_FINITE),
    ],
)
def test_a_value_is_read_exactly_or_not_at_all(cast, expression, column, result):
    assert cast(expression, column) == result


NUMBERS = st.decimals(-(10**14), 10**14, places=6) | st.integers(-(10**14), 10**14).map(Decimal)


@given(NUMBERS, st.sampled_from(["VARCHAR", "DECIMAL(38, 6)"]), st.sampled_from([MONEY, QUANTITY]))
def test_a_number_written_out_stays_the_same_number(cast, number, kind, column):
    result = cast(f"CAST('{number:f}' AS {kind})", column)
    is_exact = number == round(number, 0 if column is MONEY else 3)
    is_within = column is QUANTITY or abs(number) <= LARGEST_AMOUNT
    assert result == number if is_exact and is_within else isinstance(result, str)


@given(NUMBERS, st.sampled_from([MONEY, QUANTITY]))
def test_a_floating_point_number_is_read_up_to_the_noise_of_arithmetic(cast, number, column):
    result = cast(f"CAST('{number:f}' AS DOUBLE)", column)
    scale = 0 if column is MONEY else 3
    distance = abs(number - round(number, scale))
    is_representable = distance * 10**scale <= abs(number) * 10**scale * Decimal(2) ** -51
    if isinstance(result, str):
        assert distance or abs(number) > LARGEST_AMOUNT
    else:
        assert is_representable or distance < Decimal("1e-6")
