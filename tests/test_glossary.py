import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()


def forbidden():
    cells = [line.split("|")[3] for line in GLOSSARY.splitlines() if line.startswith("| ")]
    words = [word.strip() for cell in cells[1:] for word in cell.split(",")]
    return {word for word in words if word and " " not in word and word != "not"}


def identifiers(tree):
    """Names that this package gives; keywords of other packages' functions are theirs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            continue
        for field in ("name", "id", "attr", "arg"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield name


def synonyms(source):
    words = forbidden()
    parts = {
        part.lower()
        for name in identifiers(ast.parse(source))
        for part in re.findall(r"[A-Za-z][a-z]*", name)
    }
    return {part for part in parts if part in words or part.removesuffix("s") in words}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_identifiers_use_the_words_of_the_glossary(path):
    assert synonyms(path.read_text()) == set()


def test_a_synonym_would_be_found():
    assert synonyms("def attrition_of(user): return client_rows.users") == {
        *("attrition", "user", "client", "users")
    }


SHARED_CLASS_NAMES = {
    *("Build", "Declared"),
}
"""Names that several public classes still have: rename one and take its name out of here."""

FILLERS = {"told", "found", "said", "known", "given", "made"}
PLAIN = (
    *("text", "rules", "project", "store", "delivery", "lake", "consent", "profiles"),
    *("churn", "ladder", "extremes", "value", "stats/lifetime"),
    *("factors", "feedback"),
    *("standards", "shifts", "segments", "strategy", "objectives", "stats/charts"),
    *("alerts", "cases", "cli", "web", "worker", "workspace"),
)
"""Folders without a local named by a filler."""


def public_classes():
    return [
        node.name
        for path in SOURCES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def fillers(source):
    return {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in FILLERS
    }


def test_no_two_public_classes_share_a_name():
    names = public_classes()
    assert {name for name in names if names.count(name) > 1} <= SHARED_CLASS_NAMES


@pytest.mark.parametrize("folder", PLAIN)
def test_locals_are_named_for_what_they_hold(folder):
    paths = sorted((ROOT / "src" / "outsidein" / folder).rglob("*.py"))
    assert {
        path.name: fillers(path.read_text()) for path in paths if fillers(path.read_text())
    } == {}


def test_a_filler_would_be_found():
    assert fillers("told = 1\nfor found in (): pass") == {"told", "found"}
