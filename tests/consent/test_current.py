"""What stands of all that was said: by an independent oracle that goes through it word by word."""

from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outsidein.consent.current import current_consents

NOW = datetime(2024, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TIME = pa.timestamp("us", "UTC")
TEXTS = ("source", "record_id", "customer_id", "address", "purpose", "channel", "topic", "state")
CONSENTS = pa.schema(
    [*((name, pa.string()) for name in TEXTS), ("effective_at", TIME), ("expires_at", TIME)]
)
ASKED = pa.schema(
    [("number", pa.int64()), *((name, pa.string()) for name in ("customer_id", "address", "topic"))]
)
MINE = {"number": 1, "customer_id": "c1", "address": "a@mail.de", "topic": "delivery"}


def said(state, days_ago=10, **changed):
    row = {
        "source": "shop", "record_id": "r1", "customer_id": "c1", "address": None,
        "purpose": "service", "channel": "email", "topic": "any", "state": state,
        "effective_at": NOW - days_ago * DAY, "expires_at": None,
    }  # fmt: skip
    return row | changed


def stands(*rows, asked=MINE, con=None):
    con = con or ibis.duckdb.connect()
    consents = ibis.memtable(pa.Table.from_pylist(list(rows), schema=CONSENTS))
    wanted = ibis.memtable(pa.Table.from_pylist([asked], schema=ASKED))
    found = current_consents(consents, wanted, purpose="service", channel="email", now=NOW)
    return con.to_pyarrow(found).to_pylist()


def is_refused(*rows, **given):
    found = stands(*rows, **given)
    return bool(found) and found[0]["refused_at"] is not None


def test_of_whom_nothing_is_said_nothing_stands():
    assert stands() == []
    assert stands(said("refused", customer_id="c2", record_id="r2")) == []


def test_the_refusal_that_stands_is_told_with_who_said_it_where():
    [found] = stands(said("refused", 20), said("withdrawn", 3, source="crm", record_id="r9"))
    assert found["refused_at"] == NOW - 3 * DAY
    assert (found["refusal"], found["refused_source"]) == ("withdrawn", "crm")
    assert (found["refused_record_id"], found["given_at"]) == ("r9", None)


@pytest.mark.parametrize(
    ("rows", "stops"),
    [
        ([said("withdrawn")], True),
        ([said("withdrawn", purpose="any", channel="any")], True),
        ([said("withdrawn", purpose="marketing")], False),
        ([said("withdrawn", channel="phone")], False),
        ([said("withdrawn", topic="delivery")], True),
        ([said("withdrawn", topic="offers")], False),
        ([said("withdrawn", days_ago=-1)], False),  # only from tomorrow on
        ([said("withdrawn", expires_at=NOW - DAY)], False),
        ([said("withdrawn", 9), said("given", 5)], False),
        ([said("withdrawn", 5), said("given", 9)], True),
        ([said("withdrawn", 5), said("given", 5)], True),  # at one moment the refusal counts
        ([said("withdrawn", 9, purpose="any"), said("given", 5)], False),
        ([said("withdrawn", 9), said("given", 5, purpose="any")], True),  # of nothing in particular
        ([said("withdrawn", 9), said("given", 5, expires_at=NOW - DAY)], True),
        ([said("withdrawn", address="a@mail.de")], True),
        ([said("withdrawn", address="b@mail.de")], False),
        ([said("withdrawn", address="a@mail.de", customer_id="c2", record_id="r2")], True),
        ([said("withdrawn", customer_id="c1", record_id="r2")], True),  # another record of theirs
    ],
)  # fmt: skip
def test_what_stops_a_message(rows, stops):
    assert is_refused(*rows) is stops


def test_consent_of_another_person_at_the_same_address_permits_nothing():
    [found] = stands(said("given", address="a@mail.de", customer_id="c2", record_id="r2"))
    assert found["given_at"] is None
    [found] = stands(said("given", address="a@mail.de"))
    assert found["given_at"] == NOW - 10 * DAY


def oracle(rows, asked):
    """Go through it row by row: is there a refusal that nothing later takes back?"""

    def is_about(row):
        mine = row["customer_id"] == asked["customer_id"] and row["address"] in (
            None,
            asked["address"],
        )
        return (
            (mine or row["address"] == asked["address"])
            and row["purpose"] in ("service", "any")
            and row["channel"] in ("email", "any")
            and row["topic"] in (asked["topic"], "any")
            and row["effective_at"] <= NOW
            and (row["expires_at"] is None or row["expires_at"] > NOW)
        )

    def takes_back(given, refused):
        narrower = all(
            refused[part] in ("any", given[part]) for part in ("purpose", "channel", "topic")
        )
        there = refused["address"] in (None, given["address"])
        return narrower and there and given["effective_at"] > refused["effective_at"]

    about = [row for row in rows if is_about(row)]
    given = [row for row in about if row["state"] == "given"]
    refused = [row for row in about if row["state"] != "given"]
    return any(not any(takes_back(g, r) for g in given) for r in refused)


ROWS = st.lists(
    st.builds(
        said,
        st.sampled_from(["given", "refused", "withdrawn"]),
        st.integers(-1, 4),
        customer_id=st.sampled_from(["c1", "c2"]),
        address=st.sampled_from([None, "a@mail.de", "b@mail.de"]),
        purpose=st.sampled_from(["service", "any", "marketing"]),
        channel=st.sampled_from(["email", "any"]),
        topic=st.sampled_from(["any", "delivery", "offers"]),
        expires_at=st.sampled_from([None, NOW - DAY, NOW + DAY]),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def engine():
    return ibis.duckdb.connect()


@given(rows=ROWS, shuffled=st.randoms(use_true_random=False))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_the_engine_says_what_going_through_it_says_in_any_order(engine, rows, shuffled):
    mixed = list(rows)
    shuffled.shuffle(mixed)
    assert is_refused(*rows, con=engine) == oracle(rows, MINE)
    assert stands(*rows, con=engine) == stands(*mixed, con=engine)
