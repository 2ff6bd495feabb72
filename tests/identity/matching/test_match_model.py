import json

import ibis
import pytest

from outsidein.errors import InputError
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.proposals import propose_pairs
from outsidein.identity.matching.match_model import load_model, save_model
from outsidein.lake.scratch import Scratch


@pytest.fixture
def file(invented, tmp_path):
    path = tmp_path / "identity" / "model-0001.json"
    save_model(invented.model, path)
    return path


def test_a_model_read_back_is_the_model_that_was_written(invented, file):
    again = load_model(file)
    assert again == invented.model


def test_a_model_read_back_weighs_every_pair_alike(invented, file):
    told = prepare_records(Scratch(invented.backend), ibis.memtable(invented.features))
    one, other = (
        invented.backend.to_pyarrow(propose_pairs(invented.backend, told, model))
        for model in (invented.model, load_model(file))
    )
    assert one.equals(other)


def test_the_file_says_what_it_was_learned_from(file):
    said = json.loads(file.read_text())
    [part] = said["parts"]
    assert part["records"] > 5_000
    assert said["threshold"] == 0.5
    assert {"duckdb", "numpy", "outsidein"} <= said["packages"].keys()
    assert all(rule["pairs"] > 0 for rule in part["rules"])
    assert 0.9 < part["covered"] <= 1


def broken(file, change):
    said = json.loads(file.read_text())
    change(said)
    file.write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said.update(version=99), "version 99 of a model is unknown"),
        (lambda said: said.pop("parts"), "the model is broken"),
        (lambda said: said["parts"][0]["comparisons"][0]["levels"].pop(), "the model is broken"),
        (lambda said: said["parts"][0]["comparisons"][0].update(name="hat"), "the model is broken"),
        (lambda said: said["parts"][0].update(rules=[{"pairs": 1}]), "the model is broken"),
    ],
)
def test_a_broken_model_is_refused_in_one_line(file, change, message):
    broken(file, change)
    with pytest.raises(InputError, match=message) as error:
        load_model(file)
    assert "\n" not in str(error.value)
    assert str(file) in str(error.value)


def test_a_file_that_is_no_json_is_refused(file):
    file.write_text("{")
    with pytest.raises(InputError, match="this is no JSON"):
        load_model(file)


def test_a_missing_file_and_missing_frequencies_are_named(file, tmp_path):
    with pytest.raises(InputError, match="there is no such model"):
        load_model(tmp_path / "none.json")
    file.with_suffix(".parquet").unlink()
    with pytest.raises(InputError, match=r"restore the file and its \.parquet"):
        load_model(file)
