"""A second engine can follow: nothing outside the DuckDB matcher knows which engine it runs on."""

import ast
from pathlib import Path

import ibis
import pytest

from outsidein.errors import InputError
from outsidein.identity.matching.engines import matcher_on

IDENTITY = Path(__file__).parents[2] / "src" / "outsidein" / "identity"
MATCHER = IDENTITY / "matching" / "duckdb"
OTHERS = sorted(path for path in IDENTITY.rglob("*.py") if MATCHER not in path.parents)


def engine_imports(source):
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name == "duckdb" or name.startswith("ibis.backends.")}


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(IDENTITY)))
def test_only_the_duckdb_matcher_imports_duckdb(path):
    assert engine_imports(path.read_text()) == set()


def test_an_import_of_duckdb_would_be_seen():
    source = "import duckdb\nfrom ibis.backends.duckdb import Backend\nfrom ibis.backends import X"
    assert engine_imports(source) == {"duckdb", "ibis.backends.duckdb"}


def test_an_engine_without_a_matcher_is_refused_with_the_engines_that_have_one():
    class Elsewhere(ibis.backends.duckdb.Backend):
        name = "elsewhere"

    with pytest.raises(InputError, match="cannot be matched on elsewhere; use duckdb"):
        matcher_on(Elsewhere())
