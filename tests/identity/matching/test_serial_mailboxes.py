"""Mailboxes of strangers that differ by one character, because they are numbered."""

import ibis
import pyarrow.compute as pc
import pytest

from outsidein.identity.matching.clusters import merge_or_review
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.proposals import propose_pairs
from outsidein.lake.scratch import Scratch


@pytest.fixture(scope="module")
def merged(numbered):
    """The pairs that the model of persons with numbered mailboxes merges."""
    features = prepare_records(Scratch(numbered.backend), ibis.memtable(numbered.features))
    proposed = propose_pairs(numbered.backend, features, numbered.model, least=0.01)
    outcome = merge_or_review(numbered.backend.to_pyarrow(proposed))
    return outcome.filter(pc.equal(outcome["outcome"], "merged"))


def test_strangers_whose_mailboxes_differ_by_one_character_are_not_merged(numbered, merged):
    wrong = [
        row
        for row in merged.to_pylist()
        if numbered.person[row["source"], row["record_id"]]
        != numbered.person[row["to_source"], row["to_record_id"]]
    ]
    assert wrong == []


def test_a_slip_in_a_mailbox_does_not_part_one_persons_records(numbered, merged):
    assert numbered.f1(merged) > 0.98
