import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.identity.records.customer_ids import founders, memberships
from outsidein.identity.records.pairs import PAIR, orient_pairs
from outsidein.identity.records.record_codes import assign_codes
from outsidein.identity.review.decisions import DECISIONS
from outsidein.identity.tables import MEMBERSHIPS
from outsidein.lake.scratch import Scratch
from tests.identity.world import CON, NOW
from tests.tables import table

KEY = dict.fromkeys(("source", "record_id"), "string")
PAIRS = dict.fromkeys(PAIR, "string")


def numbered(*keys, before=(), decided=()):
    """Numbers of some (source, record id), some of which an earlier build had."""
    seen = ibis.memtable(table([(*key, "c", build) for key, build in before], **MEMBERSHIPS.schema))
    decisions = [(1, "always", *one, *other, "Ann", NOW) for one, other in decided]
    return assign_codes(
        Scratch(CON),
        ibis.memtable(table(keys, **KEY)),
        decisions=ibis.memtable(table(decisions, **DECISIONS)),
        before=seen if before else None,
    )


def keys_of(numbers, codes):
    rows = numbers.keys.take(codes).select(["source", "record_id"]).to_pylist()
    return [tuple(row.values()) for row in rows]


def test_who_was_there_first_has_the_lower_code_whatever_its_key():
    seen = [(("m", "1"), 2), (("z", "1"), 1)]
    numbers = numbered(("a", "1"), ("z", "1"), ("m", "1"), ("m", "1"), before=seen)
    assert keys_of(numbers, [0, 1, 2]) == [("z", "1"), ("m", "1"), ("a", "1")]
    assert keys_of(numbers, numbers.in_order()) == [("a", "1"), ("m", "1"), ("z", "1")]
    assert numbers.keys["first_seen_build"].to_pylist() == [1, 2, None]


def test_a_record_that_only_a_decision_names_is_no_customer_and_ties_nobody():
    numbers = numbered(("a", "1"), ("b", "1"), decided=[(("x", "9"), ("a", "1"))])
    assert numbers.keys["is_known"].to_pylist() == [True, True, False]
    founder = founders(numbers, np.array([2, 2]), np.array([0, 1]))
    members = memberships(CON, numbers, founder, build=1).to_pylist()
    assert [row["source"] for row in members] == ["a", "b"]
    assert len({row["customer_id"] for row in members}) == 2


records = st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "10", "2", "é", "Z"]))


@settings(max_examples=30)
@given(
    st.lists(st.tuples(records, records), min_size=1, max_size=8),
    st.dictionaries(records, st.integers(1, 3), max_size=6),
)
def test_pairs_by_number_are_the_pairs_by_key(pairs, seen):
    ends = [end for pair in pairs for end in pair]
    numbers = numbered(*ends, before=list(seen.items()))
    told = ibis.memtable(table([(*one, *other) for one, other in pairs], **PAIRS))
    coded = CON.to_pyarrow(numbers.coded(told).filter(ibis._.left != ibis._.right))
    left, right = (coded[name].to_numpy() for name in ("left", "right"))
    assert (left > right).all()
    named = numbers.named(*numbers.oriented(left, right))
    expected = CON.to_pyarrow(orient_pairs(told)).to_pylist()
    found = zip(*(named[name].to_pylist() for name in PAIR), strict=True)
    assert sorted(found) == sorted(tuple(row[name] for name in PAIR) for row in expected)


@pytest.mark.parametrize("keys", [[], [("a", "1")]])
def test_few_records_or_none_are_numbered_and_folded_too(keys):
    numbers = numbered(*keys)
    nobody = np.empty(0, dtype=np.int64)
    members = memberships(CON, numbers, founders(numbers, nobody, nobody), build=1)
    assert members.num_rows == len(keys)
