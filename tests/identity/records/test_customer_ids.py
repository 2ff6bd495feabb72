import ibis
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.records.connected_components import component_labels
from outsidein.identity.records.customer_ids import (
    founders,
    identifier_links,
    identifier_use,
    memberships,
    record_keys,
    with_customers,
)
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.records.pairs import PAIR
from outsidein.identity.records.record_codes import assign_codes
from outsidein.lake.scratch import Scratch
from tests.tables import table

CON = ibis.duckdb.connect()
SETTINGS = IdentitySettings(max_records=3)


def resolved(identifiers, *, before=None, build=1, config=SETTINGS, extra=()):
    """Customers of some (source, record, kind, value) identifiers, as {record: customer}."""
    rows = ibis.memtable(
        table(identifiers, source="string", record_id="string", kind="string", value="string")
    )
    keys = ibis.memtable(
        table(
            sorted({row[:2] for row in identifiers} | set(extra)),
            source="string",
            record_id="string",
        )
    )
    use = identifier_use(normalise_identifiers(rows, country="BR"), settings=config)
    tied = identifier_links(normalise_identifiers(rows, country="BR"), use)
    known = ibis.memtable(before) if before is not None else None
    numbers = assign_codes(Scratch(CON), keys, before=known)
    coded = numbers.coded(tied.select(*PAIR)).to_pyarrow()
    founder = founders(numbers, coded["left"].to_numpy(), coded["right"].to_numpy())
    return memberships(CON, numbers, founder, build=build)


def groups(members):
    found = {}
    for row in members.to_pylist():
        found.setdefault(row["customer_id"], set()).add(row["record_id"])
    return sorted(map(sorted, found.values()))


def ids(members):
    return {row["record_id"]: row["customer_id"] for row in members.to_pylist()}


def test_records_that_share_an_identifier_are_one_customer_through_any_chain():
    members = resolved(
        [
            ("crm", "1", "email", "ana@mail.com"),
            ("shop", "2", "email", "ANA@mail.com"),
            ("shop", "2", "phone", "11912345678"),
            ("calls", "3", "phone", "+55 11 91234-5678"),
            ("calls", "4", "email", "bo@mail.com"),
        ]
    )
    assert groups(members) == [["1", "2", "3"], ["4"]]


def test_a_tie_lasts_when_a_record_comes_that_sorts_before_those_it_ties():
    rows = [("shop", "1", "email", "ana@mail.com"), ("web", "2", "email", "ana@mail.com")]
    before = resolved(rows)
    now = ibis.memtable(
        table(
            [("crm", "9", "email", "ana@mail.com"), *rows],
            source="string",
            record_id="string",
            kind="string",
            value="string",
        )
    )
    compared = normalise_identifiers(now, country=None)
    use = identifier_use(compared, settings=SETTINGS)
    told = identifier_links(compared, use, before=ibis.memtable(before)).to_pyarrow().to_pylist()
    ends = {(row["record_id"], row["to_record_id"]) for row in told}
    assert ends == {("2", "1"), ("9", "1")}


def test_a_value_of_one_kind_does_not_tie_to_the_same_value_of_another():
    assert groups(resolved([("a", "1", "loyalty", "77x"), ("a", "2", "account", "77x")])) == [
        ["1"],
        ["2"],
    ]


@pytest.mark.parametrize("value", ["null", "0", "test@test.com"])
def test_placeholders_tie_nobody(value):
    assert len(groups(resolved([("a", str(i), "email", value) for i in range(2)]))) == 2


def test_an_identifier_on_too_many_records_ties_nobody_and_the_use_says_why():
    rows = [("a", str(i), "loyalty", "frontdesk") for i in range(4)]
    assert len(groups(resolved(rows))) == 4
    memtable = ibis.memtable(
        table(rows, source="string", record_id="string", kind="string", value="string")
    )
    [use] = (
        identifier_use(normalise_identifiers(memtable, country=None), settings=SETTINGS)
        .to_pyarrow()
        .to_pylist()
    )
    assert (use["records"], use["is_linking"], use["why"]) == (
        4,
        False,
        "shared by too many records",
    )


def test_a_device_ties_nobody_unless_the_project_says_so():
    rows = [("a", "1", "device", "d-77"), ("a", "2", "device", "d-77")]
    assert len(groups(resolved(rows))) == 2
    assert len(groups(resolved(rows, config=IdentitySettings(ignore=())))) == 1


def test_a_customer_keeps_its_id_when_records_arrive_even_ones_that_sort_before():
    first = resolved([("m", "5", "email", "ana@mail.com")])
    second = resolved(
        [("a", "1", "email", "ana@mail.com"), ("m", "5", "email", "ana@mail.com")],
        before=first,
        build=2,
    )
    assert ids(second)["1"] == ids(second)["5"] == ids(first)["5"]
    assert [row["first_seen_build"] for row in second.to_pylist()] == [2, 1]


def test_on_a_join_the_older_founders_id_stays_and_after_the_split_both_are_as_they_were():
    apart = [("a", "1", "email", "ana@mail.com"), ("b", "2", "email", "bo@mail.com")]
    first = resolved(apart)
    joined = resolved([*apart, ("b", "2", "email", "ana@mail.com")], before=first, build=2)
    assert set(ids(joined).values()) == {ids(first)["1"]}
    assert ids(resolved(apart, before=joined, build=3)) == ids(first)


def test_records_named_only_by_other_tables_are_customers_too():
    orders = table([("shop", "9"), ("shop", None)], source="string", record_id="string")
    relations = table(
        [("shop", "9", "firm", "x")],
        **dict.fromkeys(("source", "record_id", "to_source", "to_record_id"), "string"),
    )
    keys = record_keys(
        {"transactions": ibis.memtable(orders), "relations": ibis.memtable(relations)}
    )
    numbers = assign_codes(Scratch(CON), keys, before=None)
    found = numbers.keys.select(["source", "record_id"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [("firm", "x"), ("shop", "9")]


def test_a_line_without_a_customer_stays_and_has_none():
    orders = ibis.memtable(
        table([("s", "1", 5), ("s", None, 7)], source="string", record_id="string", revenue="int64")
    )
    members = ibis.memtable(resolved([], extra={("s", "1")}))
    rows = with_customers(orders, members).order_by("revenue").to_pyarrow().to_pylist()
    assert [row["customer_id"] is None for row in rows] == [False, True]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=25), st.randoms())
def test_components_are_those_of_networkx_in_whatever_order_the_edges_come(edges, random):
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(20))
    expected = {node: min(part) for part in nx.connected_components(graph) for node in part}
    random.shuffle(edges)
    left, right = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    assert dict(enumerate(component_labels(20, left, right).tolist())) == expected
