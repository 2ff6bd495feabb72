from datetime import date, timedelta

import pytest

import outsidein
from outsidein.errors import ProjectError
from outsidein.feedback.behaviour import BehaviourRule, read_behaviour
from outsidein.feedback.inferred import inferred_signals
from tests.feedback.conftest import at
from tests.projects import write_shop

AS_OF = date(2020, 1, 1)


def day(number):
    return date(2019, 1, 1) + timedelta(days=number)


@pytest.fixture
def signs(canon):
    """Infers signs of (record, day, **more) encounters and of (record, day) orders."""

    def infer(rule, encounters=(), orders=()):
        contacts = canon("encounters", [
            {"encounter_id": f"e{i}", "record_id": record, "started_at": at(day(on)),
             "started_on": day(on), **more}
            for i, (record, on, more) in enumerate(encounters)
        ])  # fmt: skip
        lines = canon("transactions", [
            {"transaction_id": f"t{i}", "record_id": record, "ordered_at": at(day(on)),
             "ordered_on": day(on)}
            for i, (record, on) in enumerate(orders)
        ])  # fmt: skip
        found = inferred_signals(BehaviourRule(name="rule", **rule), contacts, lines, as_of=AS_OF)
        rows = found.order_by("signal_id").to_pyarrow().to_pylist()
        return [
            (r["record_id"], (r["signalled_at"].date() - day(0)).days, r["score"]) for r in rows
        ]

    return infer


def test_a_hang_up_is_one_of_the_outcomes_named(signs):
    calls = [("a", 1, {"outcome": "hung_up"}), ("b", 2, {"outcome": "answered"})]
    rule = {"sign": "hang_up", "outcomes": ["hung_up"], "score": 0.2}
    assert signs(rule, calls) == [("a", 1, 0.2)]


def test_lateness_is_scored_by_days_and_what_never_came_is_worst(signs):
    deliveries = [
        ("a", 1, {"promised_at": at(day(5)), "actual_at": at(day(5), 23)}),
        ("b", 1, {"promised_at": at(day(5)), "actual_at": at(day(7), 1)}),
        ("c", 1, {"promised_at": at(day(5)), "actual_at": at(day(90))}),
        ("d", 1, {"promised_at": at(day(5))}),
        ("e", 1, {"promised_at": at(day(900))}),
    ]
    found = signs({"sign": "late", "worst_after_days": 4}, deliveries)
    assert found == [("b", 7, 0.5), ("c", 90, 0.0), ("d", 5, 0.0)]


def test_the_third_call_within_a_week_is_repeated_and_so_is_the_fourth(signs):
    calls = [("a", n, {}) for n in (1, 3, 8, 9, 30)] + [("b", n, {}) for n in (1, 5, 9)]
    assert signs({"sign": "repeated", "times": 3, "within_days": 7}, calls) == [
        ("a", 8, None),
        ("a", 9, None),
    ]


def test_what_nothing_follows_in_time_is_abandoned_once_the_time_is_over(signs):
    baskets = [(name, 1, {"kind": "basket"}) for name in "abcd"]
    baskets += [("e", 364, {"kind": "basket"}), ("d", 2, {"kind": "help"})]
    orders = [("a", 2), ("b", 9), ("c", 0)]
    rule = {
        "sign": "abandoned",
        "kinds": ["basket"],
        "followed_by": ["transaction", "help"],
        "within_days": 3,
    }
    assert signs(rule, baskets, orders) == [("b", 4, None), ("c", 4, None)]


def test_silence_is_long_beside_the_records_own_habit_and_told_when_it_has_lasted(signs):
    weekly = [("a", 7 * n) for n in range(5)]
    monthly = [("b", 30 * n) for n in range(11)] + [("b", 330), ("b", 345)]
    fresh = [("c", 0), ("c", 7)]
    back = [("d", n) for n in (0, 10, 20, 30, 200)]
    rule = {"sign": "silence", "times": 3}
    # d comes back after 170 days: silence was told on day 60, and again 150 days after the return
    found = signs(rule, orders=[*weekly, *monthly, *fresh, *back])
    assert found == [("a", 28 + 21, None), ("d", 60, None), ("d", 350, None)]


def test_rules_say_what_they_need(tmp_path):
    path = tmp_path / "behaviour.toml"
    path.write_text('[[rule]]\nname = "again"\nsign = "repeated"\ntimes = 3\n')
    with pytest.raises(ProjectError, match=r"behaviour.toml: rule.0.*needs `within_days`"):
        read_behaviour(path)
    assert read_behaviour(tmp_path / "none.toml") == ()


def test_a_projects_rules_become_signals_of_its_build(tmp_path):
    folder = write_shop(tmp_path / "shop")
    (folder / "behaviour.toml").write_text(
        '[[rule]]\nname = "gone_quiet"\nsign = "silence"\ntimes = 3\nfactor = "habit"\n'
    )
    project = outsidein.open(folder)
    project.build()
    signals = project.table("signals").to_pylist()
    assert signals
    assert {(s["kind"], s["instrument"], s["factor"]) for s in signals} == {
        ("inferred", "silence", "habit")
    }
