from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy.orm import Session

from outsidein.cases.conclusions import record_cause, record_verdict
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import EventKind
from outsidein.cases.open import open_cases
from outsidein.cases.outcomes import (
    CASES,
    case_outcomes,
    cases_table,
    playbook_counts,
    playbook_figure,
    retention_effect,
)
from outsidein.cases.playbooks import assign_playbook
from outsidein.cases.retention import churn_after
from outsidein.cases.workload import cause_figure
from outsidein.errors import InputError, UnknownName
from outsidein.experiments.assignment import HOLD_OUT
from tests.tables import table

DAY = date(2024, 3, 1)
AS_OF = date(2024, 12, 1)


def spells(*rows):
    return ibis.memtable(table(rows, customer_id="string", started_on="date", churned_on="date"))


def day(number):
    return DAY + timedelta(days=number)


def test_who_left_within_the_days_who_stayed_and_of_whom_it_is_not_known():
    subjects = ibis.memtable(
        table(
            [(name, name, DAY) for name in ("stayed", "left", "later", "never", "gone", "back")]
            + [("young", "stayed", date(2024, 11, 20))],
            subject="string",
            customer_id="string",
            on="date",
        )
    )
    histories = spells(
        ("stayed", day(-50), None),
        ("left", day(-50), day(30)),
        ("later", day(-50), day(31)),
        ("gone", day(-50), day(0)),
        ("back", day(-90), day(-60)),
        ("back", day(-20), day(2)),
        ("never", day(1), None),
    )
    found = churn_after(subjects, histories, within_days=30, as_of=AS_OF).to_pyarrow().to_pylist()
    left = {row["subject"]: row["left"] for row in found}
    assert left == {
        **dict.fromkeys(("stayed", "later"), False),
        **dict.fromkeys(("left", "back"), True),
        **dict.fromkeys(("never", "gone", "young"), None),
    }
    assert {r["subject"] for r in found if not r["was_customer"]} == {"never", "gone"}
    assert {r["subject"] for r in found if not r["is_ripe"]} == {"young"}


def world(rng, *, n, stay, hold_out=0.2):
    """Cases of `n` customers with chance to choose; each playbook keeps its share of them."""
    rows, members, histories = [], [], []
    salt = int(rng.integers(1 << 60))
    for number in range(n):
        name = f"{salt}-{number}"
        book = assign_playbook(
            ("a", "b"), rule="late", about=name, is_randomised=True, hold_out=hold_out
        )
        row = dict.fromkeys(CASES.names) | {
            "number": number, "about": name, "source": "s", "record_id": name, "rule": "late",
            "issue": "delivery", "team": "t", "is_kept": False, "playbook": book.playbook,
            "propensity": book.propensity, "state": "closed", "opened_on": DAY,
        }  # fmt: skip
        rows.append(row)
        members.append(("s", name, name))
        gone = rng.random() >= stay[book.playbook]
        histories.append((name, day(-100), day(10) if gone else None))
    cases = ibis.memtable(pa.Table.from_pylist(rows, schema=CASES.to_pyarrow()))
    ids = table(members, source="string", record_id="string", customer_id="string")
    stays = case_outcomes(
        cases, ibis.memtable(ids), spells(*histories), within_days=90, as_of=AS_OF
    )
    return playbook_counts(stays)


STAY = {"a": 0.75, "b": 0.6, HOLD_OUT: 0.5}


def apart(counts):
    figure = playbook_figure(counts, within_days=90)
    return {e.group["playbook"]: e for e in figure.estimates if e.measure.startswith("more stayed")}


def test_the_better_playbook_is_found():
    found = apart(world(np.random.default_rng(3), n=2_000, stay=STAY))
    better = found["a against b"]
    assert better.low > 0
    assert better.low < 0.15 < better.high
    assert found["b against hold-out"].low < 0.1 < found["b against hold-out"].high


def test_the_interval_covers_the_true_difference_as_often_as_it_promises():
    """200 worlds; with 95 % coverage fewer than 182 or more than 198 are a chance in a hundred."""
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(200):
        # What `world` leads to, drawn directly: one binomial per playbook.
        n = rng.multinomial(400, [0.5, 0.5])
        stayed = [rng.binomial(n[0], 0.75), rng.binomial(n[1], 0.6)]
        rows = [
            ("late", book, 0.5, int(k), int(k), int(s), 0, 0)
            for book, k, s in zip("ab", n, stayed, strict=True)
        ]
        counts = table(
            rows, rule="string", playbook="string", propensity="float64", customers="int64",
            ripe="int64", stayed="int64", judged="int64", satisfied="int64",
        )  # fmt: skip
        better = apart(ibis.memtable(counts))["a against b"]
        covered += better.low < 0.15 < better.high
    assert 182 <= covered <= 198


def test_where_nothing_differs_no_playbook_is_called_better():
    same = dict.fromkeys(("a", "b", HOLD_OUT), 0.7)
    better = apart(world(np.random.default_rng(5), n=1_500, stay=same))["a against b"]
    assert better.low < 0 < better.high


def test_what_the_work_saves_is_told_from_those_held_out():
    rows = world(np.random.default_rng(7), n=3_000, stay=STAY).to_pyarrow().to_pylist()
    found = retention_effect(rows, "late")
    assert found.low < 0.175 < found.high  # the mean of 0.75 and 0.6, less 0.5
    assert retention_effect(rows, "other") is None


def test_only_a_customers_first_case_counts_and_only_once_its_days_are_over():
    cases = [
        (1, "c", DAY, "a"),
        (2, "c", day(40), "b"),
        (3, "d", date(2024, 11, 1), "b"),
    ]
    rows = [
        dict.fromkeys(CASES.names)
        | {
            "number": number, "about": who, "source": "s", "record_id": who, "rule": "late",
            "issue": "i", "team": "t", "is_kept": False, "playbook": book, "propensity": 0.5,
            "state": "closed", "opened_on": on,
        }
        for number, who, on, book in cases
    ]  # fmt: skip
    ids = table(
        [("s", "c", "c"), ("s", "d", "d")], source="string", record_id="string",
        customer_id="string",
    )  # fmt: skip
    stays = case_outcomes(
        ibis.memtable(pa.Table.from_pylist(rows, schema=CASES.to_pyarrow())),
        ibis.memtable(ids),
        spells(("c", day(-9), None), ("d", day(-9), None)),
        within_days=90,
        as_of=AS_OF,
    )
    counts = {
        row["playbook"]: (row["customers"], row["ripe"], row["stayed"])
        for row in playbook_counts(stays).to_pyarrow().to_pylist()
    }
    assert counts == {"a": (1, 1, 1), "b": (1, 0, 0)}


def test_after_the_chances_changed_nothing_is_compared():
    rows = [("late", "a", 0.5, 9, 9, 9, 0, 0), ("late", "a", 0.3, 9, 9, 9, 0, 0)]
    rows += [("late", "b", 0.5, 9, 9, 1, 0, 0)]
    counts = table(
        rows, rule="string", playbook="string", propensity="float64", customers="int64",
        ripe="int64", stayed="int64", judged="int64", satisfied="int64",
    )  # fmt: skip
    found = apart(ibis.memtable(counts))["a against b"]
    assert found.value is None
    assert "chances" in found.why


@pytest.fixture
def case(store, draft, now, alice):
    """A case the customer was told the decision on."""
    with Session(store) as session, session.begin():
        [number] = open_cases(session, [draft("c1")], now=now).cases
        for kind in (
            EventKind.ACKNOWLEDGE,
            EventKind.ASSESS,
            EventKind.RESPOND,
            EventKind.COMMUNICATE,
        ):
            add_event(session, number, kind, actor=alice, at=now)
    return number


def test_verdict_and_cause_are_written_down_in_known_words(store, case, now, alice, bob):
    with Session(store) as session, session.begin():
        with pytest.raises(UnknownName, match="no verdict 'happy'"):
            record_verdict(session, case, "happy", actor=bob, at=now)
        with pytest.raises(UnknownName, match="Did you mean 'carrier'"):
            record_cause(session, case, "carier", actor=alice, at=now, causes=("carrier", "seller"))
        record_verdict(session, case, "dissatisfied", actor=bob, at=now)
        record_cause(session, case, "carrier", actor=alice, at=now, causes=("carrier", "seller"))
    with Session(store) as session:
        [row] = cases_table(session, timezone="Europe/Berlin").to_pylist()
        assert (row["verdict"], row["cause"]) == ("dissatisfied", "carrier")
        [estimate] = cause_figure(cases_table(session, timezone="Europe/Berlin")).estimates
        assert (estimate.value, estimate.n) == (1, 1)
        assert estimate.group == {"issue": "delivery", "cause": "carrier"}


def test_nobody_is_asked_for_a_verdict_before_they_were_told(store, draft, now, bob):
    with Session(store) as session, session.begin():
        [number] = open_cases(session, [draft("c1")], now=now).cases
        with pytest.raises(InputError, match="'verdict' is only possible when it is closed or"):
            record_verdict(session, number, "satisfied", actor=bob, at=now)
