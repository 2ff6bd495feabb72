import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.prior_correction import (
    CAUTION_BITS,
    correct_prior,
    prior_shift,
)
from outsidein.identity.matching.duckdb.proposals import propose_pairs
from outsidein.identity.matching.match_model import load_model, save_model
from outsidein.identity.review.decisions import DECISIONS
from outsidein.lake.scratch import Scratch
from tests.identity.matching.conftest import NOW


def decisions(pairs, kinds):
    rows = [
        {**{n: p[n] for n in ("source", "record_id", "to_source", "to_record_id")}, "kind": kind}
        for p, kind in zip(pairs, kinds, strict=True)
    ]
    rows = [{**row, "decision": n, "by": "Ida", "at": NOW} for n, row in enumerate(rows)]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=DECISIONS.to_pyarrow()))


def followed(people, pairs, kinds):
    told = prepare_records(Scratch(people.backend), ibis.memtable(people.features))
    return correct_prior(people.backend, told, people.model, decisions(pairs, kinds))


def proposed(people, model):
    told = prepare_records(Scratch(people.backend), ibis.memtable(people.features))
    return people.backend.to_pyarrow(propose_pairs(people.backend, told, model)).to_pylist()


@pytest.mark.parametrize("true_shift", [-4.0, 0.0, 3.0])
def test_a_shift_of_the_odds_is_recovered_from_verdicts(true_shift):
    rng = np.random.default_rng(7)
    bits = rng.uniform(-8, 8, 3_000)
    is_match = rng.random(len(bits)) < 1 / (1 + 2 ** -(bits + true_shift))
    assert prior_shift(bits, is_match.astype(float)) == pytest.approx(true_shift, abs=0.35)


def test_without_verdicts_nothing_moves_and_one_verdict_moves_little(invented):
    assert followed(invented, [], []).parts == invented.model.parts
    assert abs(prior_shift(np.array([0.0]), np.array([1.0]))) < CAUTION_BITS


def test_reviewers_who_reject_what_the_model_proposes_make_it_propose_less(invented):
    before = proposed(invented, invented.model)
    weakest = sorted(before, key=lambda row: row["weight"])[:60]
    stricter = followed(invented, weakest, ["never"] * len(weakest))
    assert stricter.parts[0].matching < invented.model.parts[0].matching
    assert stricter.parts[0].comparisons == invented.model.parts[0].comparisons
    assert len(proposed(invented, stricter)) < len(before)


def test_reviewers_who_agree_leave_the_proposals_nearly_as_they_were(invented):
    before = proposed(invented, invented.model)
    person = invented.person
    kinds = [
        "always"
        if person[row["source"], row["record_id"]] == person[row["to_source"], row["to_record_id"]]
        else "never"
        for row in before
    ]
    after = followed(invented, before, kinds)
    assert len(proposed(invented, after)) == pytest.approx(len(before), rel=0.03)


def test_the_order_of_verdicts_changes_nothing_and_the_file_tells_their_number(invented, tmp_path):
    pairs = proposed(invented, invented.model)[:40]
    kinds = ["always", "never"] * 20
    one = followed(invented, pairs, kinds)
    assert followed(invented, pairs[::-1], kinds[::-1]).parts == one.parts
    save_model(one, tmp_path / "model.json")
    part = load_model(tmp_path / "model.json").parts[0]
    assert (part.accepted, part.rejected) == (20, 20)
