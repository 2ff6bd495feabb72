import pytest

from outsidein.alerts.priority import (
    RuleEvidence,
    common_scale,
    priority_by_savings,
    priority_by_severity,
    rule_evidence,
)
from outsidein.stats.proportion import difference


def test_before_there_are_data_severity_times_value_decides():
    worth = [
        priority_by_severity(v, severity=s, unknown=50) for v, s in ((100, 2), (None, 5), (100, 3))
    ]
    assert worth == [200, 250, 300]


def test_among_customers_who_bring_nothing_the_graver_comes_first():
    assert priority_by_severity(-40, severity=5, unknown=9) > priority_by_severity(
        0, severity=2, unknown=9
    )


def test_once_there_are_data_it_is_the_money_the_work_is_expected_to_save():
    known = RuleEvidence(jump=0.2, recovery=0.5, cost=1_500)
    assert priority_by_savings(50_000, evidence=known, unknown=0) == 3_500
    assert priority_by_savings(10_000, evidence=known, unknown=0) == -500  # the work costs more


CLEAR = difference(60, 100, 30, 100)
VAGUE = difference(6, 10, 5, 10)


def test_data_carry_it_only_once_both_intervals_lie_above_zero():
    assert rule_evidence(VAGUE, CLEAR, cost=0) is None
    assert rule_evidence(CLEAR, VAGUE, cost=0) is None
    assert rule_evidence(None, CLEAR, cost=0) is None
    assert rule_evidence(CLEAR, None, cost=0) is None
    found = rule_evidence(CLEAR, difference(80, 100, 65, 100), cost=7)
    assert (found.jump, found.recovery, found.cost) == pytest.approx((0.3, 0.5, 7))
    assert found.per_value == pytest.approx(0.15)


def test_no_more_can_be_taken_back_than_was_lost():
    assert rule_evidence(CLEAR, difference(90, 100, 10, 100), cost=0).recovery == 1


def test_a_rule_without_data_queues_among_those_with_data_on_one_scale_of_money():
    """Severity 3 of a rule that data carry saves 6 % of the value: each degree 2 %."""
    rules = {"known": RuleEvidence(0.12, 0.5, 0), "new": None}
    assert common_scale(rules, {"known": 3, "new": 5}) == pytest.approx(0.02)
    assert common_scale({"new": None}, {"new": 5}) == 1
