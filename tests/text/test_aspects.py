import pyarrow as pa
import pytest

from outsidein.errors import InputError, UnknownName
from outsidein.text.aspects import factor_mentions, seed_terms
from outsidein.text.sentiment import SeedPolarity
from outsidein.text.tokens import tokenise

TERMS = {
    "delivery": {"pt": ["entrega", "prazo", "ainda não recebi"], "en": ["delivery"]},
    "quality": {"pt": ["quebrad*", "qualidade"], "en": ["quality"]},
    "price": {"pt": ["preço"]},
}


def found(*texts, terms=TERMS, language="pt"):
    array = pa.array(texts, pa.string())
    table = factor_mentions(
        array, tokenise(array), seed_terms(terms, language=language), SeedPolarity(language)
    )
    return table.to_pylist()


def factors(*texts, **said):
    return [(row["text"], row["factor"]) for row in found(*texts, **said)]


def test_each_factor_of_each_text_is_found_once_in_order():
    assert factors("qualidade, entrega, entrega", "nada", "preço") == [
        *((0, "delivery"), (0, "quality"), (2, "price"))
    ]


def test_forms_of_a_word_and_missing_accents_are_found():
    assert factors("ENTREGARAM tudo", "os precos") == [(0, "delivery"), (1, "price")]


def test_a_term_of_several_words_is_found_in_a_row_within_a_clause_only():
    assert factors("ainda nao recebi nada") == [(0, "delivery")]
    assert factors("ainda. nao recebi", "recebi ainda nao") == []


def test_a_beginning_stands_for_all_words_that_begin_so():
    assert factors("veio quebradíssimo", "quebra") == [(0, "quality")]


def test_each_factor_is_judged_by_its_own_clause():
    rows = {row["factor"]: row for row in found("Ótima qualidade, mas a entrega atrasou")}
    assert rows["quality"]["score"] > 0.6
    assert rows["delivery"]["score"] < 0.4
    assert rows["delivery"]["clause"] == "a entrega atrasou"


def test_a_clause_without_an_opinion_takes_the_text_s():
    [row] = found("Sobre o prazo. Tudo péssimo")
    assert row["score"] < 0.4
    assert row["clauses"] == 1


def test_the_score_is_the_mean_of_the_clauses_that_name_the_factor():
    [both] = found("entrega ótima. entrega péssima")
    assert both["score"] == pytest.approx(0.5)
    assert both["clauses"] == 2


def test_a_language_without_terms_finds_nothing():
    assert found("delivery", terms={"price": {"pt": ["preço"]}}, language="en") == []


def test_a_term_without_a_word_is_named():
    with pytest.raises(InputError, match=r"term '\?!' of factor 'price' .* contains no word"):
        seed_terms({"price": {"pt": ["?!"]}}, language="pt")


def test_a_language_without_a_stemmer_is_named():
    with pytest.raises(UnknownName, match="no stemmer of the language 'ja'"):
        seed_terms({"price": {"ja": ["a"]}}, language="ja")
