"""No noun spells out the measure of another: it refers to the declaration."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path

import outsidein
from outsidein.figures.spec import FigureSpec

SOURCE = Path(outsidein.__file__).parent


def measures():
    """Names of measures by noun; single words are left out, for columns have such names too."""
    names = {}
    for package in pkgutil.iter_modules(outsidein.__path__, "outsidein."):
        try:
            module = import_module(f"{package.name}.figures")
        except ModuleNotFoundError:
            continue
        specs = [value for value in vars(module).values() if isinstance(value, FigureSpec)]
        noun = package.name.partition(".")[2]
        names[noun] = {m.name for s in specs for m in s.measures if " " in m.name}
    return names


def literals(tree):
    """Text constants that are no docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


def foreign(source, noun, names):
    """Literals of measures that another noun declares and this one does not."""
    others = {name for other, theirs in names.items() if other != noun for name in theirs}
    return {text for text in literals(ast.parse(source)) if text in others - names.get(noun, set())}


def test_no_literal_of_another_nouns_measure():
    names = measures()
    found = {
        str(path.relative_to(SOURCE)): texts
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
        and (texts := foreign(path.read_text(), path.relative_to(SOURCE).parts[0], names))
    }
    assert found == {}


def test_a_literal_would_be_found():
    names = {"value": {"mean profit"}}
    assert foreign('x = "mean profit"', "report", names) == {"mean profit"}
    assert foreign('x = "mean profit"', "value", names) == set()
    assert foreign('"""mean profit"""', "report", names) == set()
