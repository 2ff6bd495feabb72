"""What holds of any firm's records: many small worlds are resolved at once, for speed."""

from datetime import date
from itertools import combinations
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.identity.records.birth_dates import are_usable, is_incompatible_pair
from outsidein.identity.review.decisions import decisions_in_force
from tests.identity.world import decided, resolve

WORLDS = 40
BORN = [None, date(1980, 1, 1), date(1980, 5, 4), date(1980, 4, 5), date(1951, 11, 23),
        date(1951, 11, 24), date(1999, 7, 30)]  # fmt: skip

seeds = st.integers(0, 2**32).map(Random)
few = settings(max_examples=3)


class World:
    """Eight records in each of many firms that share nothing, tied at random."""

    def __init__(self, random):
        self.records, self.proposals, self.ties, self.said = {}, [], [], []
        for world in range(WORLDS):
            names = [f"{world:02}{letter}" for letter in "abcdefgh"]
            pairs = [(later, earlier) for earlier, later in combinations(names, 2)]
            self.records |= {name: fact(random) for name in names}
            self.proposals += [
                (*pair, random.choice([5.0, 9.0, 14.0]), 0.9)
                for pair in random.sample(pairs, random.randint(0, 14))
            ]
            self.ties += [
                (*pair, random.choice(["email", "phone"]), f"{world}{random.choice('xyz')}")
                for pair in random.choices(pairs, k=random.randint(0, 6))
            ]
            self.said += [
                (random.choice(["always", "never", "never", "revoke"]), *pair)
                for pair in random.choices(pairs, k=random.randint(0, 6))
            ]
        random.shuffle(self.said)

    def resolved(self, said=()):
        return resolve(
            self.records, proposals=self.proposals, ties=self.ties, decisions=decided(*said)
        )


def fact(random):
    return {
        "born_on": random.choice(BORN),
        "given_name": random.choice(["Ann", "Bob", "A", "Eve", None]),
        "gender": random.choice(["m", "f", None, "?"]),
        "family_name": random.choice(["Lee", "Kim", "Roy"]),
        "party_kind": random.choice(["person"] * 5 + ["organisation"]),
    }


def born_apart(facts):
    born = [fact["born_on"] for fact in facts]
    known = np.array([day for day in born if day], dtype="datetime64[D]")
    days = known[are_usable(known)].astype(int).tolist()
    return any(a != b and is_incompatible_pair(a, b) for a, b in combinations(sorted(days), 2))


def of_two_genders(facts):
    named = {(f["gender"], f["given_name"]) for f in facts if f["given_name"]}
    men, women = ({name for g, name in named if g == gender} for gender in "mf")
    return any(m != w and {m, w} != {"A", "Ann"} for m in men for w in women)


def customers(found):
    members = {}
    for row in found.members.to_pylist():
        members.setdefault(row["customer_id"], []).append(row["record_id"])
    return list(members.values())


@few
@given(seeds)
def test_no_customer_is_two_people_or_a_person_and_a_firm_and_what_can_be_joined_is(random):
    world = World(random)
    found = world.resolved()
    of = {name: i for i, group in enumerate(customers(found)) for name in group}
    for group in customers(found):
        facts = [world.records[name] for name in group]
        assert not born_apart(facts)
        assert not of_two_genders(facts)
        assert len({fact["party_kind"] for fact in facts}) == 1
    assert [pair for pair in found.why if of[pair[0]] == of[pair[1]]] == []
    tied = {tie[:2] for tie in (*world.proposals, *world.ties)}
    assert {pair for pair in tied if of[pair[0]] != of[pair[1]]} == set(found.why)


@few
@given(seeds)
def test_the_order_of_rows_changes_nothing(random):
    world = World(random)
    first = world.resolved(world.said)
    rows = list(world.records.items())
    for shuffled in (rows, world.proposals, world.ties):
        random.shuffle(shuffled)
    world.records = dict(rows)
    again = world.resolved(world.said)
    assert again.withheld.equals(first.withheld)
    assert again.members.equals(first.members)


@few
@given(seeds)
def test_no_customer_stands_against_a_decision_that_nothing_contradicts(random):
    world = World(random)
    never = [said for said in world.said if said[0] == "never"]
    of = {name: i for i, group in enumerate(customers(world.resolved(never))) for name in group}
    assert [said for said in never if of[said[1]] == of[said[2]]] == []


@few
@given(seeds)
def test_what_is_decided_and_revoked_leaves_exactly_what_was(random):
    world = World(random)
    before = world.resolved(world.said)
    known = {d.pair: d.kind for d in decisions_in_force(decided(*world.said))}
    fresh = [
        (kind, *(f"{of:02}{letter}" for letter in random.sample("abcdefgh", 2)))
        for kind in ("always", "never")
        for of in range(WORLDS)
    ]
    by_pair = {d.pair: (said, d) for said, d in zip(fresh, decided(*fresh), strict=True)}
    more = [  # what is said twice is revoked once
        said for said, d in by_pair.values() if known.get(d.pair) != d.kind
    ]
    changed = world.resolved([*world.said, *more])
    back = [("revoke", *said[1:]) for said in reversed(more)]
    after = world.resolved([*world.said, *more, *back])
    assert not changed.members.equals(before.members)
    assert after.members.equals(before.members)
    assert after.withheld.equals(before.withheld)
