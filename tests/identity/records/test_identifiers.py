import ibis
import phonenumbers
import pytest

from outsidein.errors import InputError
from outsidein.identity.records.identifiers import normalise_identifiers
from tests.tables import table

CON = ibis.duckdb.connect()


def compared(kind, *values, country="BR"):
    rows = ibis.memtable(
        table(
            [(i, kind, v) for i, v in enumerate(values)], i="int64", kind="string", value="string"
        )
    )
    answer = CON.to_pyarrow(normalise_identifiers(rows, country=country).order_by("i"))
    return answer.column("normalised").to_pylist()


def test_spellings_of_one_email_are_the_same():
    spellings = (" Ana.Lima@Mail.com ", "ana.lima@mail.com", "mailto:ana.lima@mail.com")
    assert set(compared("email", *spellings)) == {"ana.lima@mail.com"}


@pytest.mark.parametrize("value", ["ana", "ana@", "@mail.com", "a@b", "a b@c.com", "test@x.com"])
def test_what_is_no_address_of_somebody_identifies_nobody(value):
    assert compared("email", value) == [None]


def test_spellings_of_one_phone_are_the_same():
    spellings = ("(11) 91234-5678", "11912345678", "+55 11 91234 5678", "0055 11 91234-5678",
                 "011912345678", "5511912345678")  # fmt: skip
    assert set(compared("phone", *spellings)) == {"+5511912345678"}


def test_a_phone_without_country_code_needs_a_country():
    assert compared("phone", "11912345678", "+55 11 91234 5678", country=None) == [
        None,
        "+5511912345678",
    ]


@pytest.mark.parametrize("value", ["0", "null", " NULL", "test", "anonymous", "N/A", "", "  ",
                                   "0000000000", "xxxxx"])  # fmt: skip
@pytest.mark.parametrize("kind", ["loyalty", "email", "phone"])
def test_placeholders_identify_nobody(kind, value):
    assert compared(kind, value) == [None]


def test_other_kinds_differ_only_in_what_a_reader_would_not_see():
    assert compared("loyalty", " AB  12 ", "ab 12", "ab13") == ["ab 12", "ab 12", "ab13"]


def test_an_unknown_country_is_refused():
    with pytest.raises(InputError, match="country 'XX' is no ISO code"):
        compared("phone", "1", country="XX")


WRITTEN = [
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
]


@pytest.mark.parametrize("country", ["BR", "DE", "GB", "US", "FR", "IN"])
@pytest.mark.parametrize("line", [phonenumbers.PhoneNumberType.FIXED_LINE,
                                  phonenumbers.PhoneNumberType.MOBILE])  # fmt: skip
def test_numbers_of_a_country_read_as_phonenumbers_reads_them(country, line):
    number = phonenumbers.example_number_for_type(country, line)
    wanted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    spellings = [phonenumbers.format_number(number, form) for form in WRITTEN]
    assert set(compared("phone", *spellings, country=country)) == {wanted}
