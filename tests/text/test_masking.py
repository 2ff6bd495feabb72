import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.text.masking import mask, personal_data_in
from tests.hostile import CORPUS


def masked(text):
    return mask(pa.array([text]))[0].as_py()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("escreva para ana.lima@exemplo.com.br", "escreva para [email]"),
        ("veja https://exemplo.br/a?b=1 agora", "veja [url] agora"),
        ("thanks @someone_there", "thanks [handle]"),
        ("meu CPF 529.982.247-25", "meu CPF [national]"),
        ("CPF 52998224725", "CPF [national]"),
        ("SSN 078-05-1120", "SSN [national]"),
        ("cartão 4111 1111 1111 1111", "cartão [card]"),
        ("ligue (11) 98765-4321", "ligue [phone]"),
        ("call +1 555-867-5309 now", "call [phone] now"),
        ("CEP 01310-100", "[postcode]"),
        ("rastreio AB123456789BR", "rastreio [tracking]"),
        ("pedido nº 02-123456789", "pedido nº [number]"),
        ("order #47110815", "order #[number]"),
        ("moro na Rua das Flores, 123", "moro na [address]"),
        ("at 221 Baker Street now", "at [address] now"),
        ("meu nome é joana", "meu nome é [name]"),
        ("My name is Ann Lee and", "My name is [name] and"),
        ("falei com a atendente Bruna ontem", "falei com a atendente [name] ontem"),
        ("Não chegou.\nAtt,\nPaula Dias", "Não chegou.\nAtt,\n[name]"),
        ("Não chegou.\nPaula", "Não chegou.\n[name]"),
        ("Tudo certo, obrigada Paula", "Tudo certo, obrigada [name]"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "chegou dia 10/04/2018 por R$ 1.299,90",
        "comprei 2 de 500gb 5400rpm",
        "4111 itens, 12 dias",
        "Muito bom.\nRecomendo",
        "Excelente vendedor. Recomendo",
        "o cliente não foi ouvido",
        "entrei na rua errada",
        "meu nome está errado na nota",
        "My name is not important",
    ],
)
def test_what_is_no_personal_data_stays(text):
    assert masked(text) == text


def test_a_missing_text_stays_missing():
    assert mask(pa.array([None, "a"])).to_pylist() == [None, "a"]


@given(st.integers(10**5, 10**15))
def test_a_long_number_never_stays(number):
    assert str(number) not in masked(f"veja {number} aqui")


def test_every_e_mail_address_tracking_number_and_taxpayer_of_real_reviews_is_masked(shared_data):
    table = pq.read_table(shared_data / "olist/order_reviews.parquet")
    texts = table["review_comment_message"].combine_chunks().drop_null()
    hidden = "\n".join(mask(texts).to_pylist())
    for left in (
        r"\w@\w+\.\w",
        r"[A-Z]{2}\d{9}BR",
        r"\d{3}\.\d{3}\.\d{3}-\d{2}",
        r"\(\d\d\) ?\d{5}",
    ):
        assert not re.search(left, hidden)
    kinds = [kind for text in texts.to_pylist() for kind, _ in personal_data_in(text)]
    assert kinds.count("email") == 3
    assert kinds.count("name") >= 25
    assert len(kinds) < 0.02 * len(texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tel.:040/998877", "Tel.:[phone]"),
        ("0160-9988776please", "[phone]please"),
        ("call +43 (0)1 998877 now", "call [phone] now"),
        ("phone 0 40 99 88 77", "phone [phone]"),
        ("ring +1\N{NON-BREAKING HYPHEN}202\N{NON-BREAKING HYPHEN}555-0143", "ring [phone]"),
        ("\u0665\u0665\u0660\u0660 0000 0000 0004 it was", "[card] it was"),
        ("eva\N{ZERO WIDTH SPACE}@mail.example", "[email]"),
        ("eva [at] mail (dot) example", "[email]"),
        ("pay AT61 1904 3002 3457 3201", "pay [iban]"),
        ("item 1 4111 1111 1111 1111", "item [card]"),
    ],
)
def test_personal_data_are_masked_however_they_are_written(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "open from 2016-2018, since 01/2019 shut",
        "paid 1.234,50 on 12/05/2019 at 10:30",
        "row 12-14, seats 3/4, gate B12",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 on a scale of 1 2 3 4 5 6 7 8 9 10 11",
        "\N{FAMILY} fine \N{ZERO WIDTH JOINER}and 20\N{NO-BREAK SPACE}000 seats",
    ],
)
def test_years_prices_and_counts_stay_as_they_were_written(text):
    assert masked(text) == text


OF_A_CUSTOMER = (
    *("ann.lee@post.example", "+49 30 9018201", "030/9018201", "(11) 98765-4321", "@ann_lee"),
    *("4111 1111 1111 1111", "AT61 1904 3002 3457 3201", "529.982.247-25", "AB123456789BR"),
    "https://shop.example/ann",
)
BESIDE = [text for text in CORPUS.values() if len(text) < 1_000]


def test_beside_any_text_nothing_of_a_customer_stays_and_masking_again_changes_nothing():
    data = [OF_A_CUSTOMER[n % len(OF_A_CUSTOMER)] for n in range(len(BESIDE))]
    texts = [f"{text} {one}\n{text} {one} {text}" for text, one in zip(BESIDE, data, strict=True)]
    once = mask(pa.array(texts))
    for text, one, hidden in zip(BESIDE, data, once.to_pylist(), strict=True):
        assert list(personal_data_in(hidden)) == []
        assert [
            part for part in re.findall(r"\w{3,}", one) if part in hidden.replace(text, "")
        ] == []
    assert mask(once).equals(once)


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u202e", "\0", "\x1b"])
def test_no_mark_that_is_not_seen_hides_anything_of_a_customer(mark):
    for text in OF_A_CUSTOMER:
        hidden = masked(f"so: {text[:3]}{mark}{text[3:-2]}{mark}{text[-2:]}.")
        assert re.fullmatch(r"so: \[[a-z]+\]\.?", hidden)


@pytest.mark.parametrize("what", ["long", "long word of wide marks", "combining marks"])
def test_a_text_of_any_length_is_masked_at_once(what):
    assert masked(CORPUS[what]) == CORPUS[what]
