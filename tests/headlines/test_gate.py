"""What is not said: too few, no direction, contradicted, without a base, nobody to do it for."""

from dataclasses import replace

import pytest

from outsidein.canonical.sampling_note import SamplingNote
from outsidein.feedback.figures import FEEDBACK_SCORES
from outsidein.figures.figure import COUNTED, Estimate, Unit
from outsidein.headlines.consistency import Conflict, FigureAnswer
from outsidein.headlines.gate import Circumstances, objections
from outsidein.ladder.figures import CLIMB, LADDER_STEPS, LADDER_TODAY, WITHIN_DAYS
from outsidein.strategy.figures import STRATEGY
from tests.headlines.statements import WORDS, audience, ground, share, statement


def circumstances(*conflicts, **reachable):
    return Circumstances(words=WORDS, conflicts=conflicts, reachable=reachable)


def why(said, *conflicts, **reachable):
    return [
        reason.replace("\N{NO-BREAK SPACE}", " ")
        for reason in objections(said, circumstances(*conflicts, **reachable))
    ]


def test_a_sentence_that_passes_every_check_is_said():
    assert why(statement(ground(share(0.4, 0.35, 0.45), no_effect=0.0))) == []


def test_a_number_of_fewer_than_30_customers_makes_no_headline():
    assert why(statement(ground(share(0.4, 0.2, 0.6, n=29)))) == [
        "it rests on 29 customers: a headline needs 30"
    ]
    assert why(statement(ground(share(0.4, 0.2, 0.6, n=30)))) == []


@pytest.mark.parametrize(
    ("low", "high", "is_said"), [(0.01, 0.2, True), (-0.2, -0.01, True), (-0.01, 0.2, False)]
)
def test_a_direction_is_claimed_only_where_the_interval_excludes_no_effect(low, high, is_said):
    said = statement(ground(share((low + high) / 2, low, high), no_effect=0.0))
    assert (why(said) == []) is is_said


def test_the_interval_that_does_not_bear_the_direction_is_named():
    said = statement(ground(share(0.1, -0.01, 0.2), no_effect=0.0))
    assert why(said) == [
        "the interval of “climb”, \N{MINUS SIGN}1 to 20 %, does not exclude that there is no effect"
    ]


def test_the_largest_of_many_numbers_has_to_be_surer_than_one_alone():
    alone = ground(share(0.1, 0.02, 0.18), no_effect=0.0)
    assert why(statement(alone)) == []
    [reason] = why(statement(replace(alone, among=6)))
    assert reason.endswith("exclude that there is no effect for the largest of 6 numbers")
    low = ground(share(-0.1, -0.18, -0.02), no_effect=0.0)
    assert why(statement(replace(low, among=6))) != []
    assert why(statement(replace(low, among=2))) == []


def test_one_of_many_kinds_of_effects_has_to_be_surer_than_the_only_one_looked_for():
    alone = ground(share(0.1, 0.02, 0.18), no_effect=0.0)
    [reason] = why(statement(replace(alone, kinds=6)))
    assert reason.endswith("that there is no effect, where 6 kinds of effects are looked for")
    assert why(statement(replace(alone, kinds=2))) == []
    assert why(statement(replace(alone, kinds=2, among=3))) != []


def test_what_was_counted_needs_no_interval_and_what_was_not_needs_one():
    counted = Estimate("climb", Unit.SHARE, 400, 0.4, why=COUNTED)
    unsure = Estimate("climb", Unit.SHARE, 400, 0.4, why="no interval could be had")
    assert why(statement(ground(counted, no_effect=0.0))) == []
    assert why(statement(ground(unsure, no_effect=0.0))) != []


def test_a_sentence_that_does_not_say_whom_its_shares_are_of_is_not_said():
    assert why(statement(text="40 % climb.")) == ["it does not say whom its numbers are about"]


def test_advice_for_customers_of_whom_nobody_can_be_reached_is_not_given():
    said = statement(audience=audience("those who left", "lead"))
    assert why(said, **{"those who left": 0}) == [
        "none of those who left can still be reached as a customer"
    ]
    assert why(said, **{"those who left": 9}) != []
    assert why(said, **{"those who left": 10}) == []


def test_what_contradicts_the_leading_answer_is_not_said_and_others_are():
    conflict = Conflict(
        question="Who?", other=FigureAnswer(spec=LADDER_STEPS, measure=CLIMB), text="they differ"
    )
    elsewhere = Conflict(
        question="Who?", other=FigureAnswer(spec=LADDER_STEPS, measure=WITHIN_DAYS), text="differ"
    )
    assert why(statement(), conflict) == ["they differ"]
    assert why(statement(), elsewhere) == []
    assert why(statement(ground(share(0.4, 0.3, 0.5), spec=LADDER_TODAY)), conflict) == []


def test_doubts_of_its_own_noun_come_first():
    said = statement(ground(share(0.4, 0.2, 0.6, n=12)), doubts=("the rule is too short",))
    assert why(said)[0] == "the rule is too short"


def test_what_follows_customers_is_not_said_of_a_sample_of_rows():
    climb = statement()
    assert reasons_in_sample(climb, is_anybody_whole=False) == ["orders are missing"]
    assert reasons_in_sample(climb, is_anybody_whole=True) == []
    sheet = statement(ground(share(0.4, 0.35, 0.45), spec=STRATEGY))
    assert reasons_in_sample(sheet, is_anybody_whole=True) == ["orders are missing"]
    answers = statement(ground(share(0.4, 0.35, 0.45), spec=FEEDBACK_SCORES))
    assert reasons_in_sample(answers, is_anybody_whole=False) == []


def reasons_in_sample(candidate, *, is_anybody_whole):
    sampling = SamplingNote("A sample.", "orders are missing", is_anybody_whole=is_anybody_whole)
    return objections(candidate, replace(circumstances(), sampling=sampling))


def test_what_rests_on_a_rejected_rule_of_churn_is_not_said():
    rejected = Circumstances(
        words=WORDS, conflicts=(), reachable={}, rejected_rule="by a rule that 88 % contradicted"
    )
    on_the_ladder = statement(ground(share(0.4, 0.35, 0.45), spec=LADDER_TODAY))
    assert objections(on_the_ladder, rejected) == [
        "it counts who is gone by a rule that 88 % contradicted"
    ]
    assert objections(statement(ground(share(0.4, 0.35, 0.45))), rejected) == []
