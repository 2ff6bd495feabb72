from datetime import UTC, date, datetime

import ibis
import pytest

from outsidein.errors import InputError
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.pairs import pair
from outsidein.identity.review.decisions import Decision, DecisionKind, latest_decisions
from outsidein.identity.review.review_queue import BETWEEN, ReviewState, review_queue, review_state
from outsidein.identity.review.side_by_side import side_by_side
from tests.identity.world import CON, decided, key, proposals_table, resolve
from tests.tables import table

NOW = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = date(2020, 1, 10)
SETTINGS = FirewallSettings(review_lower=0.5, review_upper=0.9, review_cap=10)
ANN, BOB, EVE = date(1980, 5, 4), date(1951, 11, 23), date(1999, 7, 30)


@pytest.fixture(scope="module")
def shop():
    born = {"a": ANN, "b": ANN, "c": BOB, "d": BOB, "e": EVE, "f": None}
    return resolve(
        {name: {"born_on": day} for name, day in born.items()},
        ties=[(b, a, "email", a + b) for b, a in ("ba", "dc", "da")] + [("c", "b", "phone", "1")],
    )


def asked(shop, *, decisions=(), proposals=(), value=None, config=SETTINGS):
    ids = {row["record_id"]: row["customer_id"] for row in shop.members.to_pylist()}
    worth = [(ids[name], amount) for name, amount in (value or {}).items()]
    return review_queue(
        CON,
        ibis.memtable(shop.withheld),
        proposals_table(proposals),
        ibis.memtable(shop.members),
        last_words=latest_decisions(decisions),
        today=TODAY,
        settings=config,
        value=ibis.memtable(table(worth, customer_id="string", value="int64")) if value else None,
    )


def shown(found):
    return [(row["record_id"], row["to_record_id"]) for row in found.rows.to_pylist()]


def test_two_customers_are_asked_about_once_by_the_strongest_pair_between_them(shop):
    [row] = asked(shop).rows.to_pylist()
    assert shop.groups == ["ab", "cd", "e", "f"]
    assert (row["record_id"], row["to_record_id"], row["pairs"]) == ("d", "a", 2)
    assert (row["founder_record_id"], row["value_at_stake"]) == ("a", None)


def test_what_a_model_is_unsure_of_is_asked_between_the_thresholds_only(shop):
    proposals = [("e", "a", 5.0, 0.5), ("e", "c", 9.0, 0.9), ("f", "e", 1.0, 0.49),
                 ("a", "f", 6.0, 0.7), ("b", "a", 6.0, 0.7)]  # fmt: skip
    found = asked(shop, proposals=proposals)
    assert shown(found) == [("e", "a"), ("f", "a"), ("d", "a")]
    assert [row["reason"] for row in found.rows.to_pylist()][:2] == [BETWEEN, BETWEEN]


def test_the_dearest_comes_first_and_then_the_least_sure(shop):
    proposals = [("e", "a", 5.0, 0.3), ("f", "a", 6.0, 0.55)]
    low = FirewallSettings(review_lower=0.2)
    assert shown(asked(shop, proposals=proposals, config=low)) == [
        ("f", "a"),
        ("e", "a"),
        ("d", "a"),
    ]
    found = asked(shop, proposals=proposals, config=low, value={"a": 100, "c": 50, "e": 7})
    assert shown(found) == [("d", "a"), ("e", "a"), ("f", "a")]
    assert found.rows.column("value_at_stake").to_pylist() == [150, 107, 100]


def test_more_pairs_than_a_reviewer_is_shown_are_counted(shop):
    proposals = [("e", "a", 5.0, 0.8), ("f", "a", 6.0, 0.55)]
    found = asked(shop, proposals=proposals, config=FirewallSettings(review_cap=1))
    assert (shown(found), found.total, found.not_shown) == ([("f", "a")], 3, 2)


@pytest.mark.parametrize("kind", ["always", "never"])
def test_customers_of_whom_a_pair_is_decided_are_asked_about_no_more(shop, kind):
    assert shown(asked(shop, decisions=decided((kind, "a", "d")))) == []
    taken_back = decided((kind, "a", "d"), ("revoke", "a", "d"))
    assert shown(asked(shop, decisions=taken_back)) == [("d", "a")]


def postponed(until):
    return Decision(
        1, DecisionKind.POSTPONE, pair(key("b"), key("c")), "Ann", NOW, "asked her", until
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (None, ReviewState.OPEN),
        (decided(("always", "a", "b"))[0], ReviewState.ACCEPTED),
        (decided(("never", "a", "b"))[0], ReviewState.REJECTED),
        (postponed(date(2020, 1, 11)), ReviewState.POSTPONED),
        (postponed(TODAY), ReviewState.OPEN),
    ],
)
def test_where_a_review_stands_is_what_was_said_last(word, expected):
    assert review_state(word, today=TODAY) == expected


def test_a_postponed_pair_comes_back_on_its_day(shop):
    assert shown(asked(shop, decisions=[postponed(date(2020, 1, 11))])) == []
    assert shown(asked(shop, decisions=[postponed(TODAY)])) == [("d", "a")]


def test_two_records_are_shown_side_by_side_with_all_that_ties_them():
    found = resolve(
        {
            "a": {"given_name": "Ann", "city": "Rio ", "born_on": ANN},
            "b": {"given_name": "Anne", "city": " rio", "street": "High St"},
        },
        ties=[("b", "a", "phone", "+55"), ("b", "a", "email", "x@y.z")],
        proposals=[("b", "a", 9.0, 0.8)],
    )
    seen = side_by_side(found.records, found.evidence, pair(key("a"), key("b")))
    agrees = {field.name: field.agrees for field in seen.fields if field.agrees is not None}
    assert agrees == {"party_kind": True, "given_name": False, "city": True}
    values = {field.name: (field.value, field.to_value) for field in seen.fields}
    assert (values["street"], values["given_name"]) == (("High St", None), ("Anne", "Ann"))
    assert [row["rule"] for row in seen.evidence] == ["email", "phone", "twins"]
    with pytest.raises(InputError, match="no record s/z to show"):
        side_by_side(found.records, found.evidence, pair(key("a"), key("z")))
