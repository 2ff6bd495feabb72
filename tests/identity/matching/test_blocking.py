import numpy as np

from outsidein.identity.matching.blocking import (
    BlockingRule,
    candidate_rules,
    choose_rules,
    pair_budget,
    possible_rules,
)


def test_a_rule_never_asks_twice_for_the_same_thing():
    columns = {rule.columns for rule in possible_rules(["born", "born_year", "given", "postcode"])}
    assert ("born", "given") in columns
    assert ("born", "born_year") not in columns


def test_rules_beyond_half_the_budget_and_parts_of_cheap_rules_are_no_candidates():
    records = 1_000_000
    rules = [
        BlockingRule(("city",), pair_budget(records)),
        BlockingRule(("email",), records),
        BlockingRule(("email", "city"), 10),
        BlockingRule(("given", "born"), 7 * records),
    ]
    kept = candidate_rules(rules, records=records)
    assert [rule.columns for rule in kept] == [("given", "born"), ("email",)]


def test_chosen_rules_stay_within_the_budget_and_add_matches():
    found_by = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=bool)
    counts = np.array([10.0, 10.0, 5.0, 1000.0])
    matches = np.array([9.0, 9.0, 5.0, 50.0])
    assert sorted(choose_rules(found_by, counts, matches, most=100)) == [0, 1]
    assert sorted(choose_rules(found_by, counts, matches, most=2000)) == [0, 1, 2]


def test_a_rule_that_finds_nothing_of_its_own_is_dropped():
    found_by = np.array([[1, 1, 0], [1, 0, 1]], dtype=bool)
    picked = choose_rules(found_by, np.array([5.0, 5.0]), np.array([5.0, 5.0]), most=100)
    assert picked == [0]
