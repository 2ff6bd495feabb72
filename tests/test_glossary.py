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


TERMS_OF_STANDARDS = {"openid_client_id", "openid_client_secret"}
"""Names under which OpenID Connect, and so whoever sets it up, looks for them."""


def identifiers(tree):
    """Names that this package gives; keywords of other packages' functions are theirs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            continue
        for field in ("name", "id", "attr", "arg"):
            name = getattr(node, field, None)
            if isinstance(name, str) and name not in TERMS_OF_STANDARDS:
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


SHARED_CLASS_NAMES = {"Build"}
"""Names that several public classes still have: rename one and take its name out of here."""

FILLERS = {
    *("told", "found", "said", "known", "given", "made", "some", "both", "heard", "held"),
}
FIXED_MODULE_NAMES = {"declaration", "facts", "figures", "model", "steps", "tables"}
"""What a noun brings: the same name in every noun."""
EDGES = ("cli", "headlines", "report/sections", "simulate", "web", "worker", "workspace")
"""Folders whose modules are named for the noun that they serve."""
SHARED_MODULE_NAMES = {
    *("analysis", "charts", "columns", "customers", "dissatisfiers", "drift", "encounters"),
    *("factors", "features", "histories", "kano", "lifetime", "links", "orders"),
    *("performance", "periods", "quality", "recording", "responses", "run", "silence"),
    *("spells", "step", "survival", "trial"),
}
"""Names that several other modules still have: rename one and take its name out of here."""


def public_classes():
    return [
        node.name
        for path in SOURCES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def fillers(source):
    functions = (ast.FunctionDef, ast.Lambda)
    return {
        getattr(node, "id", getattr(node, "arg", None))
        for function in ast.walk(ast.parse(source))
        if isinstance(function, functions)
        for node in ast.walk(function)
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and is_assigned(node))
    } & FILLERS


def is_assigned(name):
    return isinstance(name.ctx, ast.Store)


def module_names(paths):
    """Names of modules that are not fixed, and of folders with modules."""
    for path in paths:
        inside = path.relative_to(ROOT / "src" / "outsidein")
        is_edge = any(inside.is_relative_to(edge) for edge in EDGES)
        if path.stem == "__init__":
            yield path.parent.name
        elif path.stem not in FIXED_MODULE_NAMES and not is_edge:
            yield path.stem


def test_no_two_public_classes_share_a_name():
    names = public_classes()
    assert {name for name in names if names.count(name) > 1} <= SHARED_CLASS_NAMES


def test_locals_and_parameters_are_named_for_what_they_hold():
    found = {path.name: fillers(path.read_text()) for path in SOURCES}
    assert {name: names for name, names in found.items() if names} == {}


def test_a_filler_would_be_found():
    source = "def f(given):\n told = 1\n for found in (): pass\n return lambda both: both"
    assert fillers(source) == {"told", "found", "given", "both"}
    assert fillers("class Name:\n given: str") == set()


def test_no_two_modules_share_a_name():
    names = list(module_names(SOURCES))
    assert {name for name in names if names.count(name) > 1} <= SHARED_MODULE_NAMES
