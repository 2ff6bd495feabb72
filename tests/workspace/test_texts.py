import json

import pytest

import outsidein
from outsidein.errors import ProjectError, SourceError
from tests.coded_shop import CODING, write_coded_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return outsidein.open(write_coded_shop(tmp_path_factory.mktemp("texts") / "shop"))


def codes(project):
    return set(project.table("texts")["code"].to_pylist())


def test_a_build_gives_codes_only_after_somebody_trained_and_its_manifest_holds_the_model(shop):
    before = shop.build().snapshot
    assert codes(shop) == {None}
    [why] = shop.figures()["text_reasons"].estimates
    assert "outsidein texts train" in why.why
    trained = shop.texts.train()
    after = shop.build().snapshot
    assert codes(shop) == {"late"}
    ours, theirs = (
        json.loads((each.folder / "manifest.json").read_text())["project"]
        for each in (after, before)
    )
    assert ours.keys() - theirs.keys() == {"coding/model-0001.json", "coding/model-0001.parquet"}
    assert trained.path.name == "model-0001.json"
    scores = [e for e in shop.figures()["coder_quality"].estimates if e.measure == "macro-F1"]
    assert {e.group["coder"]: e.n for e in scores} == {"learned": 120, "baseline": 120}


def test_training_needs_no_build_and_reads_only_what_the_sample_comes_from(tmp_path):
    folder = write_coded_shop(tmp_path / "shop")
    for path in (folder / "raw").glob("orders*.csv"):
        path.unlink()
    assert outsidein.open(folder).texts.train().path.exists()


def test_training_anew_from_the_same_sample_gives_the_same_bytes(tmp_path):
    project = outsidein.open(write_coded_shop(tmp_path / "shop"))
    one, other = project.texts.train().path, project.texts.train().path
    assert (one.stem, other.stem) == ("model-0001", "model-0002")
    assert one.read_bytes() == other.read_bytes()
    assert one.with_suffix(".parquet").read_bytes() == other.with_suffix(".parquet").read_bytes()
    assert project.check().coders.name == "model-0002"
    (project.folder / "coding.toml").write_text('model = "model-0001"\n' + CODING)
    assert project.check().coders.name == "model-0001"


def test_a_sample_from_nowhere_and_a_file_that_is_gone_are_named(tmp_path):
    project = outsidein.open(write_coded_shop(tmp_path / "shop"))
    (project.folder / "raw" / "by_hand.csv").unlink()
    with pytest.raises(SourceError, match="by_hand"):
        project.texts.train()
    (project.folder / "coding.toml").write_text(CODING.replace("coded_reasons", "nowhere"))
    with pytest.raises(ProjectError, match="no source or staged query 'nowhere'"):
        project.texts.train()
