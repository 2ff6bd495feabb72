import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.contact.columns import normalised_emails
from outsidein.contact.emails import normalise_email
from tests.tables import table

CON = ibis.duckdb.connect()

SPELLINGS = [
    ("ana@laden-weber.de\N{ZERO WIDTH SPACE}", "ana@laden-weber.de"),
    ("\N{ZERO WIDTH NO-BREAK SPACE}Ana@Laden-Weber.DE ", "ana@laden-weber.de"),
    ("ana@laden\N{NON-BREAKING HYPHEN}weber.de", "ana@laden-weber.de"),
    ("ana\N{FULLWIDTH COMMERCIAL AT}laden.org", "ana@laden.org"),
    ("bea@Bücher.example", "bea@xn--bcher-kva.example"),
    ("bea@xn--bcher-kva.example", "bea@xn--bcher-kva.example"),
    ("jose\N{COMBINING ACUTE ACCENT}@laden.org", "josé@laden.org"),
    ('"Lo, Cia" <cia@laden.org>', "cia@laden.org"),
    ("cia@laden.org <CIA@laden.org>", "cia@laden.org"),
    ("cia(work)@laden.org (Cia Lo)", "cia@laden.org"),
    ("MailTo:cia%40laden.org?subject=Hello", "cia@laden.org"),
    ('"cia"@laden.org', "cia@laden.org"),
    ("c.i.a+shop@gmail.com", "c.i.a+shop@gmail.com"),
    ("desk@shop.local", "desk@shop.local"),
]

NO_ADDRESS = (
    *("", "ana", "ana@", "@mail.org", "a@b", "a b@c.org", "[ana]@x.org", "x:ana@evil.example"),
    *("a[b@shop.example", "a@x.org; b@x.org", "b@y.org <a@x.org>", "x:;@evil", "a@xn--a.org"),
    *("a\N{LINE SEPARATOR}b@x.org", "a@" + "b" * 64 + ".org", '"a b"@x.org', "a@1.2.3.4", "<>"),
)

PART = st.text("abz019_+-", min_size=1, max_size=5)
PLAIN = st.builds(
    "{}@{}.{}".format,
    st.lists(PART, min_size=1, max_size=3).map(".".join),
    st.lists(st.text("abX9-", min_size=1, max_size=30), min_size=1, max_size=3).map(".".join),
    st.sampled_from(["org", "de", "o", "x-n", "test", "local", "c0"]),
)
ODD = st.lists(
    st.one_of(
        st.text(max_size=3), PLAIN, st.sampled_from(["@", "<", ">", "(", ")", '"', "é.", "ü"])
    )
).map("".join)


@pytest.mark.parametrize(("written", "address"), SPELLINGS)
def test_an_address_is_the_same_however_it_is_written(written, address):
    assert normalise_email(written) == address


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_not_exactly_one_address_is_none(text):
    assert normalise_email(text) is None


@given(st.one_of(PLAIN, ODD))
def test_an_address_in_normal_form_stays_as_it_is(text):
    address = normalise_email(text)
    assert address is None or normalise_email(address) == address


@given(PLAIN, st.sampled_from(["\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT MARK}", "\0"]), st.data())
def test_invisible_characters_anywhere_change_nothing(text, invisible, data):
    place = data.draw(st.integers(0, len(text)))
    assert normalise_email(text[:place] + invisible + text[place:]) == normalise_email(text)


@settings(max_examples=3)
@given(st.lists(st.one_of(PLAIN, ODD), min_size=40, max_size=60))
def test_columns_are_read_as_single_texts_are(texts):
    rows = ibis.memtable(table(list(enumerate(texts)), i="int64", value="string"))
    read = rows.select("i", address=normalised_emails(rows.value)).order_by("i")
    assert CON.to_pyarrow(read)["address"].to_pylist() == [normalise_email(t) for t in texts]
