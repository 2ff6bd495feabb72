import re

from typer.testing import CliRunner

from outsidein.cli import main
from tests.coded_shop import write_coded_shop
from tests.projects import write_shop


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_training_shows_how_the_coder_does_beside_the_baseline_and_where_the_model_lies(tmp_path):
    folder = write_coded_shop(tmp_path / "shop")
    heading, scores, last = run("texts", "train", "-p", folder).stdout.splitlines()
    assert heading.split("\t") == [
        *("sample", "texts", "codes", "macro-F1", "low", "high", "baseline")
    ]
    assert re.fullmatch(r"reasons\t120\t3(\t[01]\.\d{3}){4}", scores)
    assert last == f"{folder}/coding/model-0001.json takes effect at the next build."


def test_a_sample_too_small_is_no_model_but_a_reason(tmp_path):
    folder = write_coded_shop(tmp_path / "shop", coded=12)
    result = run("texts", "train", "-p", folder)
    assert result.exit_code == 1
    assert "sample.reasons: 0 codes given 10 times or more are too few" in result.stderr
    assert not (folder / "coding").exists()


def test_without_a_sample_there_is_nothing_to_train(tmp_path):
    result = run("texts", "train", "-p", write_shop(tmp_path / "shop"))
    assert result.exit_code == 1
    assert "declares no hand-coded sample" in result.stderr
