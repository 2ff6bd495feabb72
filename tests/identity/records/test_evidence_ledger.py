import ibis

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.evidence_ledger import (
    ModelVersion,
    gather_evidence,
)
from outsidein.identity.review.decisions import decisions_table
from outsidein.identity.tables import EVIDENCE
from tests.identity.world import CON, NOW, decided, proposals_table, ties_table

SETTINGS = FirewallSettings(identifier_weight=20.0, weights={"phone": 12.0})


def ledger(*, ties=(), proposals=(), decisions=(), model=None, before=None, build=1):
    made = gather_evidence(
        ties_table(ties),
        proposals_table(proposals),
        ibis.memtable(decisions_table(decisions)),
        model=model or ModelVersion("twins", "1"),
        settings=SETTINGS,
        before=ibis.memtable(before) if before is not None else None,
        build=build,
    )
    return CON.to_pyarrow(made.order_by(EVIDENCE.key)).cast(EVIDENCE.schema.to_pyarrow())


def told(table, *names):
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def test_every_reason_for_which_two_records_may_be_one_has_its_row():
    found = ledger(
        ties=[("b", "a", "email", "x@y.z"), ("b", "a", "phone", "+1")],
        proposals=[("a", "b", 9.5, 0.9)],
        decisions=decided(("always", "a", "b"), ("never", "a", "c")),
    )
    assert told(found, "record_id", "to_record_id", "kind", "rule", "value", "weight", "model") == [
        ("b", "a", "decision", "always", None, None, None),
        ("b", "a", "identifier", "email", "x@y.z", 20.0, None),
        ("b", "a", "identifier", "phone", "+1", 12.0, None),
        ("b", "a", "model", "twins", None, 9.5, "1"),
    ]
    assert told(found, "by", "at") == [("Ann", NOW), *[(None, None)] * 3]
    assert told(found, "probability") == [(None,), (None,), (None,), (0.9,)]


def test_the_same_reason_named_from_both_ends_is_one():
    found = ledger(
        ties=[("b", "a", "email", "x"), ("a", "b", "email", "x")],
        proposals=[("b", "a", 9.0, 0.8), ("a", "b", 9.5, 0.9)],
    )
    assert told(found, "kind", "weight", "probability") == [
        ("identifier", 20.0, None),
        ("model", 9.5, 0.9),
    ]


def test_evidence_keeps_the_build_it_first_was_there_in_until_it_is_gone():
    email, phone = ("b", "a", "email", "x"), ("c", "a", "phone", "+1")
    first = ledger(ties=[email], proposals=[("b", "a", 9.0, 0.8)])
    second = ledger(ties=[email, phone], proposals=[("b", "a", 7.0, 0.7)], before=first, build=2)
    assert told(second, "rule", "first_build") == [("email", 1), ("twins", 1), ("phone", 2)]
    third = ledger(ties=[phone], before=second, build=3)
    fourth = ledger(ties=[email, phone], before=third, build=4)
    assert told(fourth, "rule", "first_build") == [("email", 4), ("phone", 2)]


def test_what_another_model_says_is_other_evidence():
    first = ledger(proposals=[("b", "a", 9.0, 0.8)])
    second = ledger(
        proposals=[("b", "a", 9.0, 0.8)], model=ModelVersion("twins", "2"), before=first, build=2
    )
    assert told(second, "model", "first_build") == [("2", 2)]
