import json

import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.errors import InputError
from outsidein.text.coder_files import add_coders, stored_coders
from outsidein.text.coders import load_coders, save_coders, train_coders
from outsidein.text.declaration import Coding
from outsidein.text.tokens import tokenise

WORDS = {"late": "a entrega atrasou {}", "broken": "veio quebrado {}", "fine": "gostei {}"}


def declared(**samples):
    source = {"source": "coded", "language": "pt", "factors": {}}
    return Coding.model_validate({"sample": dict.fromkeys(samples or ["reasons"], source)})


def coded(n=150, *, seed=1):
    rng = np.random.default_rng(seed)
    codes = rng.choice(list(WORDS), n)
    rows = [
        {
            "text_id": f"t{k}",
            "text": WORDS[code].format(["mesa", "casa", "porta"][k % 3]),
            "code": code,
        }
        for k, code in enumerate(codes)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows))


@pytest.fixture(scope="module")
def coders():
    return train_coders(declared(), {"reasons": coded()}, packages={"numpy": "1"})


def test_a_model_read_back_codes_and_is_judged_as_before(coders, tmp_path):
    save_coders(coders, tmp_path / "model-0001.json")
    ours, theirs = (
        each.taught["reasons"] for each in (coders, load_coders(tmp_path / "model-0001.json"))
    )
    texts = tokenise(pa.array(["atrasou muito", "quebrado", "gostei da mesa", "", None]))
    ratings = np.array([0, 0.25, 1, np.nan, np.nan])
    assert theirs.coder.code(texts, ratings).tolist() == ours.coder.code(texts, ratings).tolist()
    assert [ours.coder.codes[k] for k in ours.coder.code(texts, ratings)][:3] == [
        *("late", "broken", "fine")
    ]
    assert (theirs.judged.joint == ours.judged.joint).all()
    for mine, back in (
        (ours.coder.words, theirs.coder.words),
        (ours.coder.runs, theirs.coder.runs),
    ):
        assert (mine.weights == back.weights).all()
        assert (mine.rarity == back.rarity).all()
        assert mine.names.equals(back.names)


def test_the_same_sample_gives_the_same_bytes_under_the_next_number(coders, tmp_path):
    again = train_coders(declared(), {"reasons": coded()}, packages={"numpy": "1"})
    one, other = add_coders(tmp_path, coders), add_coders(tmp_path, again)
    assert (one.name, other.name) == ("model-0001.json", "model-0002.json")
    for ending in (".json", ".parquet"):
        both = (one.with_suffix(ending), other.with_suffix(ending))
        assert both[0].read_bytes() == both[1].read_bytes()


def test_the_newest_model_is_taken_unless_one_is_named(coders, tmp_path):
    assert stored_coders(tmp_path, None) is None
    add_coders(tmp_path, coders)
    add_coders(tmp_path, coders)
    newest = stored_coders(tmp_path, None)
    assert newest.name == "model-0002"
    assert [path.suffix for path in newest.files] == [".json", ".parquet"]
    assert stored_coders(tmp_path, "model-0001").name == "model-0001"
    with pytest.raises(InputError, match=r"no model 'model-0007' .*'model-000"):
        stored_coders(tmp_path, "model-0007")


def test_every_text_is_judged_once(coders):
    joint = coders.taught["reasons"].judged.joint
    assert joint.sum() == 150
    assert joint.shape == (3, 3, 3)


def test_a_sample_too_small_to_teach_is_remembered_with_the_reason(tmp_path):
    samples = {"many": coded(), "few": coded(8)}
    coders = train_coders(declared(**samples), samples, packages={})
    assert list(coders.taught) == ["many"]
    save_coders(coders, tmp_path / "model-0001.json")
    assert (
        "codes given 10 times or more are too few"
        in load_coders(tmp_path / "model-0001.json").untaught["few"]
    )


def test_nothing_to_learn_from_is_said():
    with pytest.raises(InputError, match="declares no hand-coded sample"):
        train_coders(Coding(), {}, packages={})
    with pytest.raises(InputError, match=r"sample\.reasons: . codes given 10 times"):
        train_coders(declared(), {"reasons": coded(8)}, packages={})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said | {"version": 99}, "version 99 of a model is unknown here"),
        (lambda _: {"version": 1}, r"broken \(KeyError.*outsidein texts train"),
        (lambda _: [1], "version None"),
    ],
)
def test_a_model_that_cannot_be_read_says_what_to_do(coders, tmp_path, change, message):
    path = add_coders(tmp_path, coders)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(InputError, match=message):
        load_coders(path)


def test_weights_of_other_codes_are_refused(coders, tmp_path):
    path = add_coders(tmp_path, coders)
    said = json.loads(path.read_text())
    said["taught"]["reasons"]["codes"].append("more")
    path.write_text(json.dumps(said))
    with pytest.raises(InputError, match="broken"):
        load_coders(path)


def test_a_model_without_its_weights_and_one_that_is_no_json_are_refused(coders, tmp_path):
    path = add_coders(tmp_path, coders)
    path.with_suffix(".parquet").unlink()
    with pytest.raises(InputError, match="broken"):
        load_coders(path)
    path.write_text("{")
    with pytest.raises(InputError, match="not valid JSON"):
        load_coders(path)
