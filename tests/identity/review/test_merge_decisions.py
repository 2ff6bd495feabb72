import ibis
import pytest

from outsidein.errors import InputError
from outsidein.identity.review.decisions import decisions_in_force
from outsidein.identity.review.merge_decisions import (
    customer_of,
    merge_customers,
    records_of,
    unmerge_customer,
    unmerge_record,
)
from tests.identity.world import decided, key, resolve

RECORDS = {name: {} for name in "abcdef"}
TIES = [(b, a, "email", a + b) for b, a in ("ba", "cb", "dc", "fe")]


class Shop:
    """Records and what was said of them, resolved anew each time."""

    def __init__(self):
        self.said = []
        self._known = {}

    def resolved(self):
        said = tuple(self.said)
        if said not in self._known:
            self._known[said] = resolve(RECORDS, ties=TIES, decisions=decided(*said))
        return self._known[said]

    @property
    def members(self):
        return ibis.memtable(self.resolved().members)

    @property
    def in_force(self):
        return decisions_in_force(decided(*self.said))

    def customer(self, name):
        return customer_of(self.members, key(name))

    def follow(self, choices):
        self.said += [
            (choice.kind, choice.pair.record.record_id, choice.pair.to.record_id)
            for choice in choices
        ]
        return self.resolved().groups


@pytest.fixture
def shop():
    return Shop()


def test_a_record_taken_out_of_its_customer_stays_out_in_later_builds(shop):
    assert shop.follow(unmerge_record(shop.members, key("b"))) == ["a", "b", "cd", "ef"]
    now = shop.resolved().members
    later = resolve(RECORDS, ties=TIES, decisions=decided(*shop.said), before=now, build=2)
    assert later.groups == ["a", "b", "cd", "ef"]


def test_a_customer_is_parted_into_its_records_or_into_named_parts(shop):
    id_of_a = shop.customer("a")
    parts = unmerge_customer(shop.members, id_of_a, [[key("a"), key("b")]])
    assert shop.follow(parts) == ["ab", "cd", "ef"]
    assert shop.follow(unmerge_customer(shop.members, id_of_a)) == ["a", "b", "cd", "ef"]


def test_a_new_record_tied_to_both_parts_does_not_bring_them_together(shop):
    shop.follow(unmerge_customer(shop.members, shop.customer("a"), [[key("a"), key("b")]]))
    ties = [*TIES, ("g", "a", "email", "ag"), ("g", "d", "email", "dg")]
    found = resolve(RECORDS | {"g": {}}, ties=ties, decisions=decided(*shop.said))
    assert found.groups == ["abg", "cd", "ef"]


def test_customers_merged_and_parted_again_are_what_they_were(shop):
    before = shop.resolved().members
    id_of_a, id_of_e = shop.customer("a"), shop.customer("e")
    assert shop.follow(merge_customers(shop.members, id_of_a, id_of_e)) == ["abcdef"]
    assert shop.customer("e") == id_of_a
    parts = [[key(name) for name in "abcd"], [key(name) for name in "ef"]]
    shop.follow(unmerge_customer(shop.members, id_of_a, parts))
    assert shop.resolved().members.equals(before)


def test_a_merge_lifts_what_kept_the_two_apart(shop):
    whole = shop.resolved().members
    parts = unmerge_customer(shop.members, shop.customer("a"), [[key("a"), key("b")]])
    assert shop.follow(parts) == ["ab", "cd", "ef"]
    choices = merge_customers(
        shop.members, shop.customer("a"), shop.customer("c"), in_force=shop.in_force
    )
    shop.follow(choices)
    assert shop.resolved().members.equals(whole)


def test_the_founder_is_named_first(shop):
    assert [record.record_id for record in records_of(shop.members, shop.customer("d"))] == [
        *"abcd"
    ]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda m, _: records_of(m, "nobody"), "no customer 'nobody' in this build"),
        (lambda m, _: customer_of(m, key("z")), "no record s/z"),
        (lambda m, a: merge_customers(m, a, a), "Both are customer .* already"),
        (lambda m, a: unmerge_customer(m, a, [[]]), "two parts or more, none of them empty"),
        (lambda m, a: unmerge_customer(m, a, [[key(n) for n in "abcd"]]), "two parts or more"),
        (lambda m, a: unmerge_customer(m, a, [[key("e")]]), "s/e is no record of customer"),
        (lambda m, a: unmerge_customer(m, a, [[key("b")], [key("b")]]), "named in two parts"),
    ],
)
def test_what_cannot_be_parted_or_merged_is_said(shop, act, message):
    with pytest.raises(InputError, match=message):
        act(shop.members, shop.customer("a"))


def test_a_record_that_is_alone_cannot_be_taken_out():
    members = ibis.memtable(resolve({"a": {}}).members)
    with pytest.raises(InputError, match="s/a is the only record of its customer"):
        unmerge_record(members, key("a"))
