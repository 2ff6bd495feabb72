import numpy as np
import pyarrow as pa
import pytest

from outsidein.errors import TooLittleData
from outsidein.text.themes import NO_THEME, find_themes

TOPICS = (
    "parcel courier doorstep tracking",
    "cushion fabric stitching velvet",
    "invoice payment voucher discount",
    "zipper button pocket collar",
    "battery charger adapter socket",
)


def written(shares, n, *, seed=2):
    rng = np.random.default_rng(seed)
    topic = rng.choice(len(shares), n, p=shares)
    texts = [
        " ".join([*rng.permutation(TOPICS[k].split()), chr(97 + n % 26) * 4, chr(97 + n // 26) * 5])
        for n, k in enumerate(topic)
    ]
    return pa.array(texts), topic


def purity(found, topic):
    """Share of texts whose theme's commonest topic is theirs."""
    right = sum(np.bincount(topic[found == k]).max() for k in set(found.tolist()))
    return right / len(topic)


def test_themes_are_those_the_texts_were_made_of():
    texts, topic = written([0.4, 0.3, 0.2, 0.1], 800)
    themes = find_themes(texts, np.zeros(800, dtype=bool), language="en", themes=4)
    assert purity(themes.of(texts), topic) > 0.95
    assert {frozenset(name.split(", ")) for name in themes.names} == {
        frozenset(each.split()) for each in TOPICS[:4]
    }


def test_a_theme_that_only_just_came_up_is_found_among_many_older_texts():
    old, _ = written([0.4, 0.3, 0.2, 0.1, 0.0], 3_000)
    new, _ = written([0.3, 0.2, 0.1, 0.05, 0.35], 300, seed=3)
    texts = pa.concat_arrays([old, new])
    is_late = np.arange(3_300) >= 3_000
    themes = find_themes(texts, is_late, language="en", themes=4)
    [new] = [k for k, name in enumerate(themes.names) if "battery" in name]
    found = themes.of(texts)
    assert (found[is_late] == new).mean() == pytest.approx(0.35, abs=0.07)
    assert (found[~is_late] == new).mean() < 0.11  # the rarest older one, for which no room is left


def test_the_order_of_texts_does_not_matter():
    texts, _ = written([0.4, 0.3, 0.2, 0.1], 600)
    order = pa.array(np.random.default_rng(1).permutation(600))
    is_late = np.zeros(600, dtype=bool)
    one = find_themes(texts, is_late, language="en", themes=4)
    other = find_themes(texts.take(order), is_late, language="en", themes=4)
    assert one.names == other.names
    assert one.of(texts).tolist() == other.of(texts).tolist()


def test_a_text_without_known_words_has_no_theme():
    texts, _ = written([0.4, 0.3, 0.2, 0.1], 600)
    themes = find_themes(texts, np.zeros(600, dtype=bool), language="en", themes=4)
    assert themes.of(pa.array(["zzz", ""])).tolist() == [NO_THEME] * 2


def test_a_word_of_few_texts_names_no_theme():
    texts, _ = written([0.4, 0.3, 0.2, 0.1], 600)
    texts = pa.concat_arrays([texts, pa.array(["parcel smith"] * 9)])
    themes = find_themes(texts, np.zeros(609, dtype=bool), language="en", themes=4)
    assert "smith" not in themes.counts.vocabulary_


def test_few_texts_have_no_themes():
    texts, _ = written([0.4, 0.3, 0.2, 0.1], 100)
    with pytest.raises(TooLittleData, match="distinct texts are too few: the estimate needs 200"):
        find_themes(texts, np.zeros(100, dtype=bool), language="en", themes=4)
