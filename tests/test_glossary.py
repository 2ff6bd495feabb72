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
