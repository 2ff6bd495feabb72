import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from outsidein.text.counts import run_counts, texts_with, weigh_by_rarity, word_counts
from outsidein.text.tokens import tokenise

WORD = r"\w+"
WORDS = st.text("aeoxyz ", max_size=25)


def as_dicts(names, counts):
    names, rows = names.to_pylist(), counts.toarray().tolist()
    return [{names[at]: row[at] for at in np.flatnonzero(row)} for row in rows]


def by_scikit_learn(texts, **how):
    counter = CountVectorizer(**how)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # its way to say that there is no word
        return [{}] * len(texts)
    return as_dicts(pa.array(counter.get_feature_names_out()), counts)


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_words_and_pairs_are_those_that_scikit_learn_counts(texts):
    ours = as_dicts(*word_counts(tokenise(pa.array(texts, pa.string()))))
    assert ours == by_scikit_learn(texts, ngram_range=(1, 2), token_pattern=WORD)


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_runs_of_letters_are_those_that_scikit_learn_counts(texts):
    ours = as_dicts(*run_counts(tokenise(pa.array(texts, pa.string()))))
    assert ours == by_scikit_learn(texts, ngram_range=(2, 4), analyzer="char_wb")


def test_what_is_not_in_the_vocabulary_is_not_counted_and_its_order_is_kept():
    vocabulary = pa.array(["never seen", "late", "was late"])
    names, counts = word_counts(tokenise(pa.array(["It was late", None, "!"])), vocabulary)
    assert names is vocabulary
    assert counts.toarray().tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 0]]


def test_a_pair_stays_within_its_clause():
    names, _ = word_counts(tokenise(pa.array(["came late. never again"])))
    assert "late never" not in names.to_pylist()


def test_weights_are_those_of_scikit_learn():
    texts = ["so so late", "late again", "never so late", "fine"]
    _, counts = word_counts(tokenise(pa.array(texts)))
    rarity = np.log((1 + len(texts)) / (1 + texts_with(counts))) + 1
    theirs = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    assert weigh_by_rarity(counts, rarity).toarray() == pytest.approx(theirs.toarray())


def test_a_text_weighs_the_same_whatever_stands_beside_it():
    texts = pa.array(["a entrega atrasou demais", "veio quebrado", "gostei muito da entrega"])
    vocabulary, together = run_counts(tokenise(texts))
    _, alone = run_counts(tokenise(texts.slice(2)), vocabulary)
    assert (together[2] != alone[0]).nnz == 0
    assert together[2].indices.tolist() == alone[0].indices.tolist()
