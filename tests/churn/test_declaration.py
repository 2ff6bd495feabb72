import pytest

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.errors import ProjectError
from outsidein.project.declarations import declare


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"rule": "silence"}, "needs either after_days or habit"),
        ({"rule": "silence", "after_days": 9, "habit": 0.9}, "needs either after_days or habit"),
        ({"rule": "contract", "after_days": 9}, "takes neither after_days nor habit"),
        ({"rule": "silent"}, "'silent' is invalid: input should be 'contract' or 'silence'"),
        ({"rule": "silence", "habit": 1.0}, "habit: 1.0 is invalid"),
        ({"rule": "contract", "horizon": 9}, "Did you mean 'horizon_days'?"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_one_line(table, problem):
    with pytest.raises(ProjectError, match=problem.replace("?", r"\?")):
        declare(ChurnRule, table, file="outsidein.toml")


@pytest.mark.parametrize(
    ("rule", "silence", "sentence"),
    [
        (
            ChurnRule(rule="contract"),
            None,
            "churned = the last contract ended and none followed by the next day",
        ),
        (
            ChurnRule(rule="silence", after_days=60),
            Silence(60, None, None, 12),
            "churned = no order for 60 days, as declared",
        ),
        (
            ChurnRule(rule="silence", habit=0.995),
            Silence(60, 58, 63, 1234),
            "churned = no order for 60 days, the 99.5 % quantile of 1,234 gaps between orders",
        ),
        (
            ChurnRule(rule="silence", habit=0.9),
            None,
            "churned = no order for longer than the 90 % quantile of the customers' gaps",
        ),
    ],
)
def test_the_rule_is_named_in_words(rule, silence, sentence):
    assert rule.sentence(silence) == sentence
