import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import UnknownName
from outsidein.text.language import identify_languages

SAID = {
    "pt": "O produto chegou ontem e estou muito satisfeita com a compra",
    "en": "The product arrived yesterday and I am very happy with it",
    "es": "El producto llegó ayer y estoy muy contento con la compra",
}


def test_sentences_are_told_apart():
    found = identify_languages(pa.array(list(SAID.values())), among=["pt", "en", "es"])
    assert found.to_pylist() == list(SAID)


def test_no_words_are_in_no_language_and_no_text_has_none():
    found = identify_languages(pa.array(["!!!", "10", None]), among=["pt", "en"], usual="pt")
    assert found.to_pylist() == ["unknown", "unknown", None]


def test_a_word_that_fits_several_languages_is_taken_for_the_usual_one():
    texts = pa.array(["ruim"])
    assert identify_languages(texts, among=["pt", "en"]).to_pylist() == ["unknown"]
    assert identify_languages(texts, among=["pt", "en"], usual="pt").to_pylist() == ["pt"]


def test_a_language_nobody_models_is_named():
    with pytest.raises(UnknownName, match="no language 'xx'"):
        identify_languages(pa.array(["a"]), among=["xx"])


def test_tweets_are_english_and_reviews_portuguese(shared_data):
    tweets = pq.read_table(shared_data / "twitter_airline/tweets.parquet")["text"][:2_000]
    reviews = pq.read_table(shared_data / "olist/order_reviews.parquet")["review_comment_message"]
    reviews = reviews.combine_chunks().drop_null()[:2_000]
    english = identify_languages(tweets.combine_chunks(), among=["pt", "en"]).to_pylist()
    portuguese = identify_languages(reviews, among=["pt", "en"], usual="pt").to_pylist()
    assert english.count("en") >= 0.99 * len(english)
    assert portuguese.count("pt") >= 0.98 * len(portuguese)
