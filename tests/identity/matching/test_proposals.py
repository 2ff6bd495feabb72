import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from outsidein.errors import InputError, TooLittleData
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.proposals import propose_pairs
from outsidein.identity.matching.duckdb.training import train
from outsidein.identity.matching.training_sample import draw_training_sample
from outsidein.identity.matching.weight_tables import explain_weights, match_weight_table
from outsidein.identity.tables import PROPOSALS
from outsidein.lake.scratch import Scratch, scratch
from tests.identity.matching.conftest import NOW


def full(people, backend=None, table=None, **more):
    """All proposals, as rows."""
    backend = backend or people.backend
    told = prepare_records(
        Scratch(backend), ibis.memtable(people.features if table is None else table)
    )
    return backend.to_pyarrow(propose_pairs(backend, told, people.model, **more))


def shuffled(table, seed=5):
    return table.take(np.random.default_rng(seed).permutation(len(table)))


def test_invented_persons_are_found(invented):
    assert invented.f1(full(invented)) > 0.95


def test_each_pair_comes_once_the_lesser_key_first_in_key_order(invented):
    keys = [
        ((r["source"], r["record_id"]), (r["to_source"], r["to_record_id"]))
        for r in full(invented).to_pylist()
    ]
    assert all(one < other for one, other in keys)
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)


@pytest.mark.parametrize("threads", [1, 2])
def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_digit(
    invented, engine, threads
):
    again = full(invented, backend=engine(threads), table=shuffled(invented.features))
    assert again.equals(full(invented))


def test_an_equal_model_is_learned_from_the_same_rows_in_another_order(invented, engine):
    backend = engine(1)
    again = train(
        backend,
        prepare_records(Scratch(backend), ibis.memtable(shuffled(invented.features))),
        now=NOW,
    )
    assert again.parts == invented.model.parts
    assert again.frequencies.equals(invented.model.frequencies)


def test_a_part_of_the_records_teaches_nearly_as_much(invented):
    told = prepare_records(Scratch(invented.backend), ibis.memtable(invented.features))
    sample = draw_training_sample(invented.backend, told, most=len(invented.features) // 2)
    assert sample.population == {"person": len(invented.features)}
    half = train(invented.backend, sample.records, now=NOW, population=sample.population)
    [part], [whole] = half.parts, invented.model.parts
    assert part.records == whole.records
    common, all_common = (
        m.frequencies.filter(pc.equal(m.frequencies["column"], "given")).to_pydict()
        for m in (half, invented.model)
    )
    counts = dict(zip(all_common["value"], all_common["records"], strict=True))
    for value, records in zip(common["value"], common["records"], strict=True):
        if counts[value] > 50:
            assert 0.6 < records / counts[value] < 1.6, value
    assert 0.5 < part.matching / whole.matching < 2
    found = propose_pairs(invented.backend, told, half)
    assert invented.f1(invented.backend.to_pyarrow(found)) > 0.94


def test_proposals_for_some_are_those_of_the_full_run_that_have_one_of_them(invented):
    rng = np.random.default_rng(2)
    keys = invented.features.select(["source", "record_id"])
    ends = full(invented).slice(0, 20).select(PROPOSALS.key).to_pylist()
    both = [{k: e[k] for k in keys.column_names} for e in ends]
    both += [{k: e[f"to_{k}"] for k in keys.column_names} for e in ends]
    few = keys.take(rng.choice(len(keys), 150, replace=False)).to_pylist() + both
    few = pa.Table.from_pylist(few)
    chosen = {tuple(row.values()) for row in few.to_pylist()}
    expected = [
        row
        for row in full(invented, least=0.01).to_pylist()
        if (row["source"], row["record_id"]) in chosen
        or (row["to_source"], row["to_record_id"]) in chosen
    ]
    assert full(invented, only=ibis.memtable(few), least=0.01).to_pylist() == expected
    assert len(expected) > 20


def test_new_records_change_no_weight_of_a_pair_known_before(invented):
    earlier = invented.features.slice(0, len(invented.features) // 2)
    before = full(invented, table=earlier).to_pylist()
    after = full(invented).to_pylist()
    assert before
    assert all(row in after for row in before)


def test_nothing_is_left_behind_and_nothing_is_printed(invented, capfd):
    before = set(invented.backend.list_tables())
    with scratch(invented.backend) as held:
        prepared = prepare_records(held, ibis.memtable(invented.features))
        model = train(invented.backend, prepared, now=NOW)
        invented.backend.to_pyarrow(propose_pairs(invented.backend, prepared, model))
    left = set(invented.backend.list_tables()) - before
    assert {name for name in left if "memtable" not in name} == set()
    assert capfd.readouterr() == ("", "")


def test_the_weights_of_the_levels_add_up_to_nearly_the_weight_of_the_pair(invented):
    [pair] = full(invented).slice(0, 1).to_pylist()
    told = explain_weights(full(invented).slice(0, 1), invented.model).to_pylist()
    [part] = invented.model.parts
    assert [row["comparison"] for row in told] == [c.name for c in part.comparisons]
    assert {row["record_id"] for row in told} == {pair["record_id"]}
    assert all(row["weight"] == 0 for row in told if row["level"] == "unknown")


def test_equal_counts_for_a_match_and_differing_against(invented):
    weights = {
        (r["comparison"], r["level"]): r["weight"]
        for r in match_weight_table(invented.model).to_pylist()
    }
    for thing in ("given name", "family name", "birth date", "e-mail"):
        assert weights[thing, "equal"] > 3
        assert weights[thing, "differs"] < -1


def test_families_of_one_name_and_address_are_not_taken_for_one_person(invented):
    [part] = invented.model.parts
    learned = {c.name: dict(zip(c.levels, c.m, strict=True)) for c in part.comparisons}
    assert learned["gender"]["equal"] > 0.95
    assert learned["given name"]["differs"] < 0.06
    assert learned["e-mail"]["equal"] > 0.95


def test_too_few_records_are_refused_in_one_line(invented):
    few = prepare_records(Scratch(invented.backend), ibis.memtable(invented.features.slice(0, 10)))
    with pytest.raises(TooLittleData, match="10 comparable records of one kind are too few"):
        train(invented.backend, few, now=NOW)


@pytest.mark.parametrize(
    ("name", "floor"),
    [("febrl1", 0.99), ("febrl3", 0.996), ("febrl3 without number", 0.985), ("fake_1000", 0.87)],
)
def test_quality_on_published_data_does_not_fall(learned, name, floor):
    people = learned(name)
    assert people.f1(full(people)) > floor


def test_where_only_the_town_is_known_nothing_is_proposed(learned):
    assert len(full(learned("olist"))) == 0


def test_a_model_that_compares_what_records_no_longer_have_asks_for_another_training(invented):
    table = invented.features.append_column("trait_club", invented.features["city"])
    told = prepare_records(Scratch(invented.backend), ibis.memtable(table))
    model = train(invented.backend, told, now=NOW)
    assert "trait_club" in {c.name for c in model.parts[0].comparisons}
    without = prepare_records(Scratch(invented.backend), ibis.memtable(invented.features))
    with pytest.raises(InputError, match="compares trait_club, which records no longer"):
        propose_pairs(invented.backend, without, model)
