import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from outsidein.errors import TooLittleData, UnknownName
from outsidein.text.polarity import learn_polarity
from outsidein.text.sentiment import SeedPolarity, VaderPolarity
from outsidein.text.tokens import tokenise


def polarity_of(way, *texts):
    array = pa.array(texts)
    return way.of_texts(array, tokenise(array))


@pytest.mark.parametrize(
    ("language", "better", "worse"),
    [
        ("pt", "Muito bom", "Bom"),
        ("pt", "Bom", "Não é bom"),
        ("pt", "Chegou", "Chegou com defeito"),
        ("pt", "Sem defeito", "Com defeito"),
        ("en", "Very good", "Good"),
        ("en", "Good", "It isn't good"),
        ("en", "Arrived", "Arrived broken"),
    ],
)
def test_praise_stands_above_blame_and_negation_turns_both(language, better, worse):
    high, low = polarity_of(SeedPolarity(language), better, worse)
    assert high > low


def test_no_opinion_is_neither_praise_nor_blame():
    assert (
        polarity_of(SeedPolarity("pt"), "Comprei uma cadeira azul", "", None).tolist() == [0.5] * 3
    )


def test_a_negation_reaches_no_further_than_its_clause():
    ways = polarity_of(SeedPolarity("en"), "Not today. Good shop", "Good shop")
    assert ways[0] == ways[1]


def test_a_language_without_words_is_named():
    with pytest.raises(UnknownName, match="no lexicon of the language 'fi'"):
        SeedPolarity("fi")


def test_english_is_scored_as_vader_scores_it():
    text = "The staff were kind, BUT the seat was horrible!!!"
    theirs = SentimentIntensityAnalyzer().polarity_scores(text)["compound"]
    assert polarity_of(VaderPolarity(), text)[0] == pytest.approx((1 + theirs) / 2)


def rated(n):
    rng = np.random.default_rng(5)
    things = rng.choice(["mesa", "porta", "lampada", "cadeira"], n)
    is_high = rng.random(n) < 0.7
    opinion = np.where(is_high, "zazuna", "grolpa")
    texts = [f"a {thing} e {word}" for thing, word in zip(things, opinion, strict=True)]
    return pa.array(texts), np.where(is_high, 1.0, 0.0)


def test_words_of_praise_are_learned_from_ratings_though_no_lexicon_has_them():
    learned = learn_polarity(*rated(1_000))
    high, none, low = polarity_of(learned, "zazuna", "nada disso", "grolpa")
    assert high > 0.9
    assert none == 0.5
    assert low < 0.1
    clauses = learned.of_clauses(tokenise(pa.array(["zazuna, mas grolpa"])))
    assert clauses[0] > 0.9
    assert clauses[1] < 0.1


def test_the_same_texts_in_another_order_teach_the_same():
    texts, ratings = rated(1_000)
    order = np.random.default_rng(1).permutation(1_000)
    one = learn_polarity(texts, ratings)
    other = learn_polarity(texts.take(pa.array(order)), ratings[order])
    assert polarity_of(one, "a mesa e zazuna") == pytest.approx(
        polarity_of(other, "a mesa e zazuna"), abs=1e-4
    )


def test_a_rare_word_is_not_kept():
    texts, ratings = rated(1_000)
    texts = pa.concat_arrays([texts, pa.array(["segredo"])])
    assert "segredo" not in learn_polarity(texts, np.append(ratings, 1.0)).words


def test_from_few_ratings_nothing_is_learned():
    with pytest.raises(TooLittleData, match="are too few: the estimate needs 200"):
        learn_polarity(*rated(300))


def test_learned_polarity_ranks_unseen_reviews_by_their_stars(shared_data):
    table = pq.read_table(shared_data / "olist/order_reviews.parquet")
    reviews = table.filter(table["review_comment_message"].is_valid())
    texts = reviews["review_comment_message"].combine_chunks()
    ratings = (reviews["review_score"].to_numpy() - 1) / 4
    learns = np.arange(len(texts)) % 5 > 0
    shown = texts.filter(pa.array(~learns))
    clear = ratings[~learns] != 0.5
    is_high = ratings[~learns][clear] > 0.5
    learned = learn_polarity(texts.filter(pa.array(learns)), ratings[learns])
    by_learned = learned.of_texts(shown, tokenise(shown))[clear]
    by_seeds = SeedPolarity("pt").of_texts(shown, tokenise(shown))[clear]
    assert roc_auc_score(is_high, by_learned) > 0.965
    assert roc_auc_score(is_high, by_seeds) > 0.88


def test_vader_ranks_tweets_as_people_do(shared_data):
    tweets = pq.read_table(shared_data / "twitter_airline/tweets.parquet")[:3_000]
    feeling = np.array(tweets["airline_sentiment"].to_pylist())
    clear = feeling != "neutral"
    found = polarity_of(VaderPolarity(), *tweets["text"].to_pylist())
    assert roc_auc_score(feeling[clear] == "positive", found[clear]) > 0.82
