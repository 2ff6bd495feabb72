from random import Random

import ibis
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.contact.columns import normalised_phones
from outsidein.contact.phones import normalise_phone
from outsidein.contact.plain_numbers import home_pattern
from outsidein.errors import InputError
from tests.tables import table

CON = ibis.duckdb.connect()

BERLIN = [
    *("+49 30 901820", "+49 (0)30 901820", "0049 (0)30 901820", "030 901820", "030/901820"),
    *("(0)30 901820", "(030) 901820", "(+49) 30 901820", "+(49)30 901820", "+0049 30 901820"),
    *("Tel.: 030/901820", "tel:+49-30-901820", "030 901820 (private)", "Office +49 30 901820"),
    *("٠٣٠ ٩٠١٨٢٠", "\uff0b\uff14\uff19 \uff13\uff10 901820", "030\N{NO-BREAK SPACE}901820"),
    *("030\N{NON-BREAKING HYPHEN}901820", "\N{LEFT-TO-RIGHT EMBEDDING}030 901820"),
    *("030 901820 Durchwahl 12", "030 901820 ext. 12", "tel:+49-30-901820;ext=12"),
]

NEW_YORK = [
    *("+1 212 736 5000", "+1 212 736 5000 x136", "212-736-5000 ext. 136", "(212) 736-5000 #136"),
    *("tel:+1-212-736-5000;ext=136", "212.736.5000x136", "1 212 736 5000", "+1 (0)212 736 5000"),
    "call me at 212-736-5000 extension 136",
]

NO_NUMBER = (
    *("", "none", "12", "030 901820 or 0171 2345678", "030 901820 / 0171 2345678", "AB1234567"),
    *("0800-FLOWERS", "0" * 12, "9" * 40, "030 901820@shop.example", "+", "+49", "1" * 300),
)

COUNTRIES = (None, "AR", "AU", "BR", "CN", "DE", "ES", "FI", "FR", "GB", "IN", "IT", "JP", "MX",
             "RU", "US")  # fmt: skip
PREFIXES = ("", "0", "1", "8", "00", "010", "011", "+", "+0", "+1", "+39", "+39 (0)", "+44 (0)",
            "+49 (0)", "0034(0)", "0049", "0055", "(0)", "49", "55")  # fmt: skip
SIGNS = ("", " ", "-", "/", ".", "(", ")", " (", ") ")


def written_number(country, rng):
    """Digits with any prefix, often like a number of the country, with a sign anywhere."""
    digits = "".join(rng.choices("0123456789", k=rng.randint(0, 13)))
    if country and rng.random() < 0.6:
        plain = phonenumbers.example_number(country)
        example = phonenumbers.example_number_for_type(country, rng.choice([0, 1])) or plain
        national = phonenumbers.national_significant_number(example)
        kept = rng.randint(1, len(national))
        digits = national[:kept] + digits[: len(national) - kept]
    place = rng.randint(0, len(digits))
    return rng.choice(PREFIXES) + digits[:place] + rng.choice(SIGNS) + digits[place:]


@pytest.mark.parametrize("written", BERLIN)
def test_a_german_number_is_the_same_however_it_is_written(written):
    assert normalise_phone(written, "DE") == "+4930901820"


@pytest.mark.parametrize("written", NEW_YORK)
def test_an_american_number_is_the_same_however_it_is_written(written):
    assert normalise_phone(written, "US") == "+12127365000"


@pytest.mark.parametrize("written", ["+39 06 1234567", "+39 (0)6 1234567", "0039 (0)6 1234567"])
@pytest.mark.parametrize("country", ["IT", "DE", None])
def test_italy_keeps_its_zero(written, country):
    assert normalise_phone(written, country) == "+39061234567"


def test_a_number_of_another_country_is_not_taken_for_one_of_this():
    assert normalise_phone("tel:+44 20 7031 3000", "DE") == "+442070313000"
    assert normalise_phone("01650 2530000", "DE") == "+4916502530000"
    assert normalise_phone("\N{LEFT-TO-RIGHT EMBEDDING}+1 650 253 0000", "DE") == "+16502530000"


@pytest.mark.parametrize("text", NO_NUMBER)
def test_what_is_not_exactly_one_number_is_none(text):
    assert normalise_phone(text, "DE") is None


def test_a_country_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="country 'XX' is no ISO code"):
        normalise_phone("030 901820", "XX")


@given(st.sampled_from(COUNTRIES), st.randoms(use_true_random=False))
def test_a_number_in_normal_form_stays_as_it_is(country, rng):
    number = normalise_phone(written_number(country, rng), country)
    assert number is None or normalise_phone(number, country) == number


@given(
    st.lists(st.integers(2_000_000, 99_999_999), min_size=2, max_size=2, unique=True),
    st.lists(st.sampled_from(["+4930{}", "030{}", "+49 (0)30 {}", "030/{} ext. 7", "tel:+49-30-{}",
                              "0049 30 {}", "\N{RIGHT-TO-LEFT MARK}030{}"]),
             min_size=2, max_size=2),
)  # fmt: skip
def test_two_numbers_never_become_one(numbers, forms):
    read = {normalise_phone(f.format(n), "DE") for f, n in zip(forms, numbers, strict=True)}
    assert read == {f"+4930{number}" for number in numbers}


@pytest.mark.parametrize("country", COUNTRIES)
def test_columns_are_read_as_single_texts_are(country, rounds):
    rng = Random(f"numbers of {country}")  # noqa: S311
    texts = [written_number(country, rng) for _ in range(rounds(3_000))]
    rows = ibis.memtable(table(list(enumerate(texts)), i="int64", value="string"))
    read = rows.select("i", number=normalised_phones(rows.value, country=country)).order_by("i")
    numbers = CON.to_pyarrow(read)["number"].to_pylist()
    wrong = [
        (t, n) for t, n in zip(texts, numbers, strict=True) if n != normalise_phone(t, country)
    ]
    assert wrong == []


@pytest.mark.parametrize("country", ["BR", "DE", "GB", "US", "FR", "IN", "IT"])
def test_common_countries_are_read_in_the_engine(country):
    assert home_pattern(country) is not None
