import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from outsidein.alerts.candidates import row_candidates, standing_candidates
from outsidein.alerts.columns import facts_of
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import BEFORE, row_facts
from outsidein.errors import ProjectError
from tests.alerts.conftest import AS_OF, at, world


def found(backend, table, *columns):
    rows = backend.to_pyarrow(table.order_by("source", "key")).to_pylist()
    return {row["key"]: tuple(row[name] for name in columns) for row in rows}


def rule(sql, on="encounters", **changes):
    return AlertRule(on=on, rule=sql, issue="delivery", team="delivery", **changes)


def test_days_late_are_days_of_the_calendar_where_the_customer_lives(backend):
    """Ten minutes before midnight in Berlin is the promised day still; ten after is the next."""
    promised = at(0, 10)  # 22:00 UTC, 23:00 in Berlin
    rows = [
        {"encounter_id": name, "record_id": "r1", "started_at": actual, "promised_at": promised,
         "actual_at": actual}
        for name, actual in {
            "early": promised - timedelta(days=1),
            "same_day": promised + timedelta(minutes=50),
            "next_day": promised + timedelta(minutes=70),
            "week": promised + timedelta(days=7),
        }.items()
    ]  # fmt: skip
    facts = row_facts(world(encounters=rows), "encounters", needed={"days_late"})
    assert found(backend, facts, "days_late", "is_late") == {
        "early": (-1, False),
        "same_day": (0, True),
        "next_day": (1, True),
        "week": (7, True),
    }


def test_what_came_before_is_what_counting_one_by_one_gives(backend):
    """An oracle that looks at each earlier row of the customer; two records are one customer."""
    rng = random.Random(4)  # noqa: S311  no secret
    rows = [
        {
            "encounter_id": f"e{n:03}",
            "record_id": rng.choice(["r1", "r2", "r3", None]),
            "started_at": at(rng.randrange(150), rng.randrange(24)),
            "kind": rng.choice(["call", "order"]),
            "thread": rng.choice(["t1", "t2", None]),
            "initiator": rng.choice(["customer", "company", None]),
        }
        for n in range(200)
    ]
    owner = {"r1": "c1", "r2": "c1", "r3": "c3"}
    facts = row_facts(world(encounters=rows, customers=owner), "encounters", needed=BEFORE)
    names = ("encounters_30d", "same_kind_90d", "contacts_7d", "thread_contacts_30d")
    given = found(backend, facts, *names)

    def before(row, days, **alike):
        whose = owner.get(row["record_id"])
        if whose is None or any(row[name] is None for name, v in alike.items() if v is ...):
            return None
        # days of the calendar: the clocks change on 31 March
        local = row["started_at"].astimezone(ZoneInfo("Europe/Berlin"))
        begins = local - timedelta(days=days)
        return sum(
            owner.get(other["record_id"]) == whose
            and begins <= other["started_at"] <= row["started_at"]
            and all(other[name] == (row[name] if v is ... else v) for name, v in alike.items())
            for other in rows
        )

    for row in rows:
        assert given[row["encounter_id"]] == (
            before(row, 30),
            before(row, 90, kind=...),
            before(row, 7, initiator="customer"),
            before(row, 30, thread=..., initiator="customer"),
        ), row


def test_new_rows_see_what_all_rows_saw(backend):
    """To look only at some rows gives them the same facts as to look at all."""
    rng = random.Random(5)  # noqa: S311  no secret
    rows = [
        {"encounter_id": f"e{n}", "record_id": f"r{rng.randrange(9)}", "started_at": at(n)}
        for n in range(60)
    ]
    tables = world(encounters=rows, segments=[{"customer_id": "c3", "segment": "vip"}])
    needed = {"encounters_90d", "value", "in_vip"}
    whole = found(backend, row_facts(tables, "encounters", needed=needed), *sorted(needed))
    new = tables.encounters.filter(tables.encounters.started_at > at(50))
    new = new.select("source", key=new.encounter_id)
    some = found(backend, row_facts(tables, "encounters", needed=needed, new=new), *sorted(needed))
    assert len(some) == 9
    assert some == {key: whole[key] for key in some}


def test_a_rule_may_name_what_is_known_of_the_customer_and_of_the_segment(backend):
    rows = [
        {"encounter_id": f"e{n}", "record_id": f"r{n}", "started_at": at(n)} for n in range(1, 5)
    ]
    tables = world(
        encounters=[*rows, {"encounter_id": "e9", "started_at": at(9)}],
        segments=[{"customer_id": c, "segment": s} for c in ("c1", "c2") for s in ("vip", "old")],
    )
    for sql, keys in {
        "tier = 'gold'": {"e1", "e3"},
        "value >= 300": {"e3", "e4"},
        "in_vip and tier = 'gold'": {"e1"},
        "not in_vip": {"e3", "e4", "e9"},
        "value is null": {"e9"},
    }.items():
        assert found(backend, row_candidates(tables, "x", rule(sql))).keys() == keys, sql


def test_a_signal_is_judged_by_its_place_on_its_scale_its_words_and_its_encounter(backend):
    rows = [
        {"signal_id": "s1", "record_id": "r1", "signalled_at": at(1), "score": 1.0},
        {"signal_id": "s2", "record_id": "r1", "signalled_at": at(2), "score": 2.0,
         "encounter_id": "e1", "text": "Never again, I want my MONEY BACK"},
        {"signal_id": "s3", "record_id": "r1", "signalled_at": at(3), "score": 5.0},
        {"signal_id": "s4", "record_id": "r1", "signalled_at": at(99), "score": 1.0},
    ]  # fmt: skip
    call = {"encounter_id": "e1", "record_id": "r1", "started_at": at(1), "employee": "Bob"}
    tables = world(signals=rows, encounters=[call])
    for sql, keys in {
        "score_share <= 0.25": {"s1", "s2", "s4"},
        "text ilike '%money back%'": {"s2"},
        "low_signals_90d >= 2": {"s2", "s3"},
        "employee = 'Bob'": {"s2"},
    }.items():
        chosen = row_candidates(tables, "x", rule(sql, on="signals"))
        assert found(backend, chosen).keys() == keys, sql


def test_a_regular_who_falls_silent_is_found_by_the_last_that_was_heard(backend):
    weekly = [
        {"encounter_id": f"e{n}", "record_id": "r1", "started_at": at(7 * n)} for n in range(10)
    ]
    once = [{"encounter_id": "f1", "record_id": "r2", "started_at": at(0)}]
    late = [{"encounter_id": "g1", "record_id": "r1", "started_at": at(80), "initiator": "company"}]
    ordered = [{"transaction_id": "o1", "record_id": "r3", "ordered_at": at(n)} for n in (0,)]
    tables = world(encounters=weekly + once + late, transactions=ordered)
    sql = "usual_gap_days <= 30 and silent_days > 3 * usual_gap_days"
    quiet = rule(sql, on="silence")
    day = at(63).date()
    for days, keys in ((21, set()), (22, {"e9"}), (200, {"e9"})):
        as_of = day + timedelta(days=days)
        chosen = standing_candidates(tables, "x", quiet, as_of=as_of)
        assert found(backend, chosen).keys() == keys, days
    every = rule("silent_days >= 0", on="silence")
    assert found(backend, standing_candidates(tables, "x", every, as_of=AS_OF)).keys() == {
        *("e9", "f1", "transaction:o1")
    }


def test_a_silence_is_judged_by_what_was_recorded_before_its_day(backend):
    calls = [
        {"encounter_id": "e0", "record_id": "r1", "started_at": at(0)},
        {"encounter_id": "e9", "record_id": "r1", "started_at": at(9), "recorded_at": at(40)},
    ]
    quiet = rule("silent_days >= 5", on="silence")
    for days, expected in ((20, {"e0": (20,)}), (41, {"e9": (32,)})):
        as_of = at(days).date()
        chosen = standing_candidates(world(encounters=calls), "x", quiet, as_of=as_of)
        assert found(backend, chosen, "silent_days") == expected, days


def test_sales_are_no_word_and_who_was_never_spoken_to_counts_from_the_start(backend):
    tables = world(
        encounters=[
            {"encounter_id": "e1", "record_id": "r1", "started_at": at(0)},
            {"encounter_id": "e2", "record_id": "r2", "started_at": at(0)},
            {"encounter_id": "e3", "record_id": "r2", "started_at": at(40), "initiator": "company"},
            {"encounter_id": "e4", "record_id": "r1", "started_at": at(50), "initiator": "company",
             "kind": "delivery"},
        ],
        messages=[
            {"message_id": "m1", "record_id": "r1", "sent_at": at(60), "purpose": "marketing"},
            {"message_id": "m2", "record_id": "r3", "sent_at": at(60), "purpose": "service"},
        ],
    )  # fmt: skip
    chosen = standing_candidates(
        tables, "x", rule("unspoken_days > 40 and was_spoken_to is not null", on="unspoken"),
        as_of=at(100).date(),
    )  # fmt: skip
    assert found(backend, chosen, "unspoken_days", "was_spoken_to") == {
        "e1": (100, False),
        "e3": (60, True),
    }


def test_a_condition_over_what_is_not_there_is_named_by_rule_and_key():
    tables = world(encounters=[{"encounter_id": "e1", "record_id": "r1", "started_at": at(0)}])
    with pytest.raises(ProjectError, match=r"alerts\.toml: alert\.late\.rule: There is no column"):
        row_candidates(tables, "late", rule("days_lat >= 3"))


def test_facts_are_kept_as_plain_values(backend):
    row = {"encounter_id": "e1", "record_id": "r1", "started_at": at(0), "cost": 7, "unit": "u"}
    chosen = row_candidates(world(encounters=[row]), "x", rule("cost = 7"))
    [kept] = backend.to_pyarrow(chosen).to_pylist()
    told = facts_of(kept)
    assert told["cost"] == 7
    assert told["happened_on"] == "2024-03-04"
    assert "product" not in told
