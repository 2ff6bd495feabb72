import numpy as np

from outsidein.simulate.declaration import read_firm
from outsidein.simulate.simulation import simulate
from outsidein.simulate.typing_errors import misspellings, wrong_digit
from tests.simulate.conftest import Files
from tests.simulate.firms import firm


def test_comments_say_what_the_truth_says_they_mention(tmp_path):
    told = firm(survey={"typing_errors": 0.0, "invited": 0.5}, months=12)
    files = Files(simulate(told, tmp_path / "firm", customers=2_000, seed=1).folder)
    responses, mentions = files("data/responses"), files("truth/mentions")
    text = dict(zip(responses["invitation_number"], responses["comment"], strict=True))
    language = dict(zip(responses["invitation_number"], responses["language"], strict=True))
    assert len(mentions["factor"]) > 500
    for number, factor, is_good in zip(*mentions.values(), strict=True):
        words = told.factor[factor].words[language[number]]
        clauses = words.good if is_good else words.bad
        assert any(clause in text[number] for clause in clauses)


def test_what_is_praised_was_rated_high_and_what_is_blamed_low(large):
    responses, mentions = large("data/responses"), large("truth/mentions")
    place = {number: row for row, number in enumerate(responses["invitation_number"])}
    rows = np.array([place[number] for number in mentions["invitation_number"]])
    rated = np.array([responses[f][row] for f, row in zip(mentions["factor"], rows, strict=True)])
    assert (rated[mentions["is_good"]] == 5).all()
    assert (rated[~mentions["is_good"]] <= 2).all()


def test_both_languages_are_written_and_some_words_typed_wrongly(large):
    told = large("data/responses")
    assert {text for text in told["language"] if text} == {"en", "pt"}
    clauses = {
        clause
        for factor in read_firm().factor.values()
        for words in factor.words.values()
        for clause in (*words.good, *words.bad)
    }
    exact = [any(c in text for c in clauses) for text in told["comment"] if text]
    assert 0.6 < np.mean(exact) < 0.99


def test_a_typing_error_changes_a_text_by_one_letter_or_two_and_keeps_the_first():
    found = misspellings("transportadora", np.random.default_rng(1), versions=50)
    assert all(text[0] == "t" and abs(len(text) - 14) <= 1 for text in found)
    assert len(set(found)) > 10


def test_a_wrong_digit_is_exactly_one():
    numbers = np.arange(911_000_000, 911_000_500)
    wrong = wrong_digit(numbers, np.random.default_rng(1))
    pairs = zip(numbers.astype(str), wrong.astype(str), strict=True)
    differ = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in pairs]
    assert set(differ) == {1}
