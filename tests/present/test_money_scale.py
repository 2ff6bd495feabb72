import pytest

from outsidein.present.money_scale import NBSP, money_scale


@pytest.mark.parametrize(
    ("currency", "minor", "words"),
    [
        ("USD", 123_456_789, "$1.23 million"),
        ("USD", 12_345_678, "$123,457"),
        ("USD", 5, "$0.05"),
        ("USD", -66_512, "\N{MINUS SIGN}$665"),
        ("EUR", 0, "€0"),
        ("JPY", 98, "¥98"),
        ("JPY", 123_456, "¥123,456"),
        ("KWD", 12_345, "KWD 12.345"),
        ("CHF", 250_000, "CHF 2,500"),
        ("USD", 700_000_000_000, "$7.00 billion"),
    ],
)
def test_money_is_written_in_its_own_currency_without_false_precision(currency, minor, words):
    assert money_scale(currency, minor).word(minor).replace(NBSP, " ") == words


def test_a_loss_that_rounds_to_nothing_has_no_sign():
    assert money_scale("JPY", -0.2).word(-0.2) == "¥0"
