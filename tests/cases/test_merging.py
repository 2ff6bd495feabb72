import ibis
import pyarrow as pa
import pytest
from sqlalchemy.orm import Session

from outsidein.cases.events import add_event, case_history, inconsistent_cases
from outsidein.cases.lifecycle import EventKind
from outsidein.cases.links import MergeCounts, linked_cases
from outsidein.cases.merging import reconcile_cases
from outsidein.cases.open import open_cases
from outsidein.cases.queue import CaseFilter, find_case, list_cases
from tests.stores import audited, record


@pytest.fixture
def merged(store, now):
    """Tell which record is whose: `merged({"r-a": "a", "r-b": "a"})`."""

    def tell(customers):
        rows = [
            {"source": "shop", "record_id": key, "customer_id": customer}
            for key, customer in customers.items()
        ]
        with Session(store) as session, session.begin():
            members = ibis.memtable(pa.Table.from_pylist(rows))
            return reconcile_cases(
                session, ibis.duckdb.connect(), members, record=record, now=now, by="w1"
            )

    return tell


@pytest.fixture
def two(store, draft, now):
    """Two customers, one open case each on the same issue; the second also one on another."""
    with Session(store) as session, session.begin():
        drafts = [draft("a"), draft("b"), draft("b", issue="price")]
        return open_cases(session, drafts, now=now).cases


APART = {"r-a": "a", "r-b": "b"}
TOGETHER = {"r-a": "a", "r-b": "a"}


def test_two_open_cases_of_a_merged_customer_are_linked_and_both_stay_open(store, two, merged):
    assert merged(APART) == MergeCounts(0, 0, 0)
    assert merged(TOGETHER) == MergeCounts(2, 1, 0)
    with Session(store) as session:
        assert linked_cases(session, two[0]) == [two[1]]
        assert linked_cases(session, two[1]) == [two[0]]
        assert len(list_cases(session, CaseFilter()).cases) == 3
        told = [case_history(session, number)[-1] for number in two[:2]]
        assert [(e.kind, e.details) for e in told] == [
            (EventKind.LINK, {"case": two[1]}),
            (EventKind.LINK, {"case": two[0]}),
        ]
        assert inconsistent_cases(session) == []
    assert merged(TOGETHER) == MergeCounts(0, 0, 0)
    [act] = audited(store)
    assert (act.who, act.did, act.about) == ("w1", "case.linked", f"case:{two[1]}")
    assert act.details == {"clock": "merges", "case": two[0]}


def test_what_a_merged_customer_does_next_joins_the_older_case(store, two, merged, draft, now):
    merged(TOGETHER)
    with Session(store) as session, session.begin():
        assert open_cases(session, [draft("a")], now=now).cases == [two[0]]
        assert open_cases(session, [draft("a", issue="price")], now=now).cases == [two[2]]


def test_after_an_unmerge_each_case_finds_its_customer_again(store, two, merged, draft, now):
    merged(TOGETHER)
    assert merged(APART) == MergeCounts(2, 0, 1)
    with Session(store) as session, session.begin():
        assert linked_cases(session, two[0]) == []
        assert [find_case(session, number).about for number in two] == ["a", "b", "b"]
        assert open_cases(session, [draft("b")], now=now).cases == [two[1]]
        assert case_history(session, two[1])[-2].kind == EventKind.PART
    assert merged(TOGETHER).linked == 1  # and may be merged again


def test_when_the_older_case_is_closed_the_younger_stands_for_the_customer(
    store, two, merged, draft, alice
):  # fmt: skip
    merged(TOGETHER)
    now = draft("a").due_at
    with Session(store) as session, session.begin():
        add_event(session, two[0], EventKind.CLOSE, actor=alice, at=now)
    assert merged(TOGETHER) == MergeCounts(1, 0, 0)
    with Session(store) as session, session.begin():
        assert open_cases(session, [draft("a")], now=now).cases == [two[1]]
        assert linked_cases(session, two[1]) == [two[0]]


def test_customers_that_swap_their_names_swap_nothing_else(store, two, merged):
    """A founder may change: each id now belongs to the other."""
    assert merged({"r-a": "b", "r-b": "a"}) == MergeCounts(3, 0, 0)
    with Session(store) as session:
        assert [find_case(session, number).about for number in two] == ["b", "a", "a"]
