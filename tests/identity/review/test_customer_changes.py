from datetime import UTC, datetime

import ibis
import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.canonical.tables import canonical
from outsidein.identity.review.customer_changes import compare_customers, messages_to_merged
from outsidein.identity.tables import MEMBERSHIPS
from tests.tables import table

CON = ibis.duckdb.connect()


def members(of):
    rows = [("s", record, customer, 1) for record, customer in of.items()]
    return ibis.memtable(table(rows, **MEMBERSHIPS.schema))


def compared(before, after, **value):
    worth = ibis.memtable(table(list(value.items()), customer_id="string", value="int64"))
    return compare_customers(CON, members(before), members(after), value=worth if value else None)


def counts(found):
    return {c.kind.value: c[1:] for c in found.counts if c.customers_before or c.customers_after}


def moves(found, kind):
    return [
        (row["customer_id_before"], row["customer_id_after"], row["records"])
        for row in found.changed.to_pylist()
        if row["kind"] == kind
    ]


BEFORE = dict(zip("abcdefghijk", "AABCDDEFFGH", strict=True))
AFTER = dict(zip("abcdefghijlm", "AABBDXEFEMLA", strict=True))


def test_customers_are_told_by_what_became_of_them():
    found = compared(BEFORE, AFTER, A=1, B=10, C=100, D=1_000, E=10_000, F=20_000, G=5, H=7)
    assert counts(found) == {
        "unchanged": (1, 1, 1),  # A, though a record came
        "renamed": (1, 1, 5),
        "joined": (2, 1, 110),
        "split": (1, 2, 1_000),
        "regrouped": (2, 2, 30_000),
        "new": (0, 1, 0),
        "gone": (1, 0, 7),
    }
    assert moves(found, "joined") == [("B", "B", 1), ("C", "B", 1)]
    assert moves(found, "split") == [("D", "D", 1), ("D", "X", 1)]
    assert moves(found, "regrouped") == [("E", "E", 1), ("F", "E", 1), ("F", "F", 1)]
    assert moves(found, "renamed") == [("G", "M", 1)]
    assert (moves(found, "new"), moves(found, "gone")) == ([(None, "L", 1)], [("H", None, 1)])


def test_the_same_members_have_no_change_and_nobody_at_all_neither():
    same = compared(BEFORE, BEFORE)
    assert (counts(same), len(same.changed)) == ({"unchanged": (8, 8, 0)}, 0)
    assert counts(compared({}, {})) == {}


clustering = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from("ABCDE"), max_size=10)


@settings(max_examples=12)
@given(clustering, clustering)
def test_changes_are_the_components_of_old_and_new_customers(before, after):
    graph = nx.Graph()
    graph.add_nodes_from(("old", c) for c in before.values())
    graph.add_nodes_from(("new", c) for c in after.values())
    graph.add_edges_from((("old", before[r]), ("new", after[r])) for r in before if r in after)
    expected = sorted(
        (sum(side == "old" for side, _ in part), sum(side == "new" for side, _ in part))
        for part in nx.connected_components(graph)
    )
    found = compared(before, after)
    parts = {}
    for row in found.changed.to_pylist():
        old, new = parts.setdefault(row["change"], (set(), set()))
        old |= {row["customer_id_before"]} - {None}
        new |= {row["customer_id_after"]} - {None}
    sizes = [(len(old), len(new)) for old, new in parts.values()]
    assert sorted(sizes + [(1, 1)] * found.counts[0].customers_before) == expected


def test_messages_that_went_to_records_while_they_were_one_are_listed():
    columns = canonical("messages").all_columns | {"customer_id": "string"}
    rows = [
        {"message_id": f"m{i}", "source": "s", "record_id": r, "customer_id": "A",
         "sent_at": datetime(2020, 1, day, tzinfo=UTC)}
        for i, (r, day) in enumerate([("b", 9), ("a", 3), ("a", 2), ("c", 9), ("a", 1)])
    ]  # fmt: skip
    messages = ibis.memtable(table([tuple(r.get(c) for c in columns) for r in rows], **columns))
    since = datetime(2020, 1, 2, tzinfo=UTC)
    sent = CON.to_pyarrow(messages_to_merged(messages, [("s", "a"), ("s", "b")], since=since))
    assert sent.column("message_id").to_pylist() == ["m2", "m1", "m0"]
