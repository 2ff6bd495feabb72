"""Every example of the page on other programs runs."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import outsidein
from outsidein.cli import main
from tests.projects import write_shop

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "outside.md"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("outside") / "shop", people=20)
    with outsidein.open(folder) as project:
        project.build()
    return folder


def examples(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)


def test_every_command_and_every_python_example_runs(shop, monkeypatch):
    monkeypatch.chdir(shop)
    for line in "".join(examples("sh")).splitlines():
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code == 0, result.output
    names = {}
    for example in examples("python"):
        exec(example, names)  # noqa: S102  our own page
    assert set(names["customers"]["tier"]) - {None}
