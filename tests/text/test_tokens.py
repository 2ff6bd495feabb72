import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.text.tokens import fold_accents, tokenise


def clauses(text):
    return tokenise(pa.array([text])).clauses.to_pylist()


def words(text):
    tokens = tokenise(pa.array([text]))
    return [tokens.words[code] for code in tokens.word]


def test_spellings_of_a_word_fold_to_one():
    assert fold_accents(pa.array(["ÓTIMO", "otimo", "Ótimo"])).to_pylist() == ["otimo"] * 3


def test_a_clause_ends_at_punctuation_a_line_and_a_turn():
    assert clauses("Bom produto, mas a entrega atrasou!\nNão volto") == [
        *("Bom produto", "a entrega atrasou", "Não volto")
    ]


def test_a_full_stop_without_a_space_ends_a_clause_and_a_decimal_does_not():
    assert clauses("Recomendo.Entrega boa") == ["Recomendo", "Entrega boa"]
    assert clauses("Custou 10.50 na loja") == ["Custou 10.50 na loja"]


def test_a_contraction_is_one_word():
    assert words("It doesn't work") == words("It doesn\N{RIGHT SINGLE QUOTATION MARK}t work")
    assert words("It doesn't work") == ["it", "doesnt", "work"]


def test_what_masking_left_is_no_word():
    assert words("write to [email] now") == ["write", "to", "now"]


def test_neighbours_are_looked_for_in_the_same_clause_only():
    tokens = tokenise(pa.array(["not. good", "bad"]))
    assert tokens.before(1).tolist() == [-1, -1, -1]


def test_texts_without_words_have_no_clause():
    tokens = tokenise(pa.array([None, "...", ""]))
    assert (tokens.texts, len(tokens.clauses), tokens.words) == (3, 0, ())


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40) | st.none(), max_size=5))
def test_every_token_is_of_a_clause_of_its_text(texts):
    tokens = tokenise(pa.array(texts, pa.string()))
    assert (tokens.text_of < len(texts)).all()
    assert (tokens.clause_of < len(tokens.clauses)).all()
    assert (tokens.text_of[1:] >= tokens.text_of[:-1]).all()
    assert all(0 <= code < len(tokens.words) for code in tokens.word)
