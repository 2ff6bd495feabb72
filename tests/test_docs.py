import doctest
import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

import outsidein
from outsidein.canonical.tables import CANONICAL
from outsidein.ladder.features import FEATURES

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/*/*.md")])


@pytest.mark.parametrize(
    "name", ["reference", "table_reference", "figure_reference", "stats_reference"]
)
def test_pages_made_from_the_code_are_current(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert reference.PAGE.read_text() == reference.page(), f"run: python docs/{name}.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere_and_examples_run(page):
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert target.startswith("https://") or (page.parent / target).exists(), target
    assert doctest.testfile(str(page), module_relative=False).failed == 0


def test_the_guide_names_every_feature_of_the_ladder():
    guide = (ROOT / "docs" / "guide" / "project.md").read_text()
    assert [name for name in FEATURES if f"`{name}`" not in guide] == []


def test_every_public_name_is_documented():
    for name in outsidein.__all__:
        assert getattr(outsidein, name).__doc__


def test_every_canonical_table_says_its_grain():
    assert [table.name for table in CANONICAL.values() if not table.grain] == []


def test_no_committed_file_names_a_registry_or_a_path_of_one_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    hosts = ["python" + "hosted", "pypi" + ".org", "registry." + "npmjs", "deb." + "debian"]
    found = [
        name
        for name in listed.stdout.decode().split("\0")
        if name and (ROOT / name).exists()
        for text in [(ROOT / name).read_bytes().decode("utf-8", "ignore")]
        if any(host in text for host in hosts)
    ]
    assert found == []


CONTRIBUTING = sorted((ROOT / "docs" / "contributing").glob("*.md"))
CODE = "\n".join(path.read_text() for path in sorted((ROOT / "src").rglob("*.py")))
OF_THE_EXAMPLE = re.compile(r"NOUN|test_\.\.\.|spend_by_tier")


@pytest.mark.parametrize("page", CONTRIBUTING, ids=lambda page: page.name)
def test_pages_on_adding_something_name_files_and_code_that_exist(page):
    text = page.read_text()
    paths = re.findall(r"`((?:src|tests|docs)/[\w/.]+|(?:\w+/)+\w+\.(?:py|html))`", text)
    missing = [path for path in paths if not OF_THE_EXAMPLE.search(path) and not exists(path)]
    words = set(re.findall(r"\w+", CODE))
    missing += [name for name in re.findall(r"`([A-Za-z]\w*_\w+)`", text) if name not in words]
    assert missing == []


def exists(path):
    return (ROOT / path).exists() or (ROOT / "src" / "outsidein" / path).exists()
