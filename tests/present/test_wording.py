import pytest

from outsidein.figures.figure import Estimate, Unit, counted, unanswered
from outsidein.present.wording import Wording

WORDS = Wording("USD")


def in_sentence(estimate):
    return WORDS.in_sentence(estimate).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate("x", Unit.SHARE, 154, 0.85, 0.79, 0.9), "85 % (79 to 90 %; 154 customers)"),
        (
            Estimate("x", Unit.SHARE, 2463, 0.0561, 0.0528, 0.0597),
            "5.6 % (5.3 to 6.0 %; 2,463 customers)",
        ),
        (Estimate("x", Unit.DAYS, 154, 8.0, 7.0, 10.0), "8 days (7 to 10 days; 154 customers)"),
        (Estimate("x", Unit.MONTHS, 40, 1.0, 1.0, 1.0), "1 month (1 to 1 month; 40 customers)"),
        (
            Estimate("x", Unit.ORDERS, 40, 1.4321, 1.2, 1.71),
            "1.4 orders (1.2 to 1.7 orders; 40 customers)",
        ),
        (
            Estimate("x", Unit.NUMBER, 40, 0.0165, 0.0110, 0.0219),
            "0.0165 (0.0110 to 0.0219; 40 customers)",
        ),
        (
            Estimate("x", Unit.MONEY, 40, 961_097_00, 900_000_00, 1_100_000_00),
            "$0.96 million ($0.90 to $1.10 million; 40 customers)",
        ),
        (counted("x", Unit.CUSTOMERS, 1208, n=1208), "1,208"),
        (unanswered("x", Unit.SHARE, "not observed"), "not observed"),
        (
            Estimate("x", Unit.MONTHS, 40, 9, 8, None, "no upper limit yet"),
            "9 months (from 8 months; no upper limit yet; 40 customers)",
        ),
        (
            Estimate("x", Unit.DAYS, 40, 9, why="The likelihood still rises."),
            "9 days (no interval: the likelihood still rises; 40 customers)",
        ),
    ],
)
def test_a_number_is_said_with_unit_interval_and_n_or_the_reason_why_not(estimate, words):
    assert in_sentence(estimate) == words


def test_almost_all_is_never_all_and_almost_none_never_none():
    assert in_sentence(Estimate("x", Unit.SHARE, 99, 0.9999, 0.95, 1.0)).startswith("over 99.9 %")
    assert in_sentence(Estimate("x", Unit.SHARE, 99, 0.0001, 0.0, 0.05)).startswith("under 0.1 %")


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "under 1 %"), (0.004, "under 1 %"), (0.62, "62 %"), (1, "over 99 %")]
)
def test_no_share_of_bootstrap_samples_shows_that_a_belief_is_impossible_or_sure(share, words):
    belief = Estimate("probability that the belief is right", Unit.SHARE, None, share, why="w")
    assert WORDS.value(belief).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize("unit", [Unit.SHARE, Unit.NUMBER, Unit.MONEY, Unit.DAYS])
@pytest.mark.parametrize("value", [-0.0, -1e-9])
def test_what_rounds_to_zero_has_no_sign(unit, value):
    written = in_sentence(Estimate("x", unit, 400, value, -0.3, 0.3))
    assert written.startswith(("0", "$0"))
    assert in_sentence(Estimate("x", unit, 400, -200.0, -300.0, 0.0)).startswith("\N{MINUS SIGN}")


def test_a_difference_of_two_shares_is_written_in_points_and_not_in_per_cent():
    jump = Estimate("x", Unit.POINTS, 40, -0.049, -0.077, -0.021)
    assert (
        in_sentence(jump)
        == "\N{MINUS SIGN}4.9 points (\N{MINUS SIGN}7.7 to \N{MINUS SIGN}2.1 points; 40 customers)"
    )
