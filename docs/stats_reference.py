"""Writes docs/guide/stats.md from the estimators' docstrings; a test checks that it is current."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
PAGE = Path(__file__).parent / "guide" / "stats.md"

INTRODUCTION = """# Estimators

`outsidein.stats` can be used by itself. Its functions take numbers and NumPy arrays, and return an
answer with its interval; they read no table, no project and no settings. Random draws come from the
generator that you pass. Where the data cannot carry an estimate, a function raises
`outsidein.errors.TooLittleData`, which says what is missing.

```
>>> from outsidein.stats.nps import net_promoter_score
>>> answer = net_promoter_score(promoters=50, passives=30, detractors=20)
>>> f"{answer.score:.0f} ({answer.low:.1f} to {answer.high:.1f})"
'30 (14.1 to 44.2)'

```

`help(net_promoter_score)` shows the arguments with their units, an example and the source. Below is
every module with its public functions, result types and sources.
"""

Member = ast.FunctionDef | ast.ClassDef | ast.Assign


def page() -> str:
    """Return the page."""
    paths = sorted((SOURCES / "outsidein" / "stats").rglob("*.py"))
    return "\n".join([INTRODUCTION, *(line for path in paths for line in _module(path))])


def _module(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    members = [node for node in tree.body if isinstance(node, Member) and _is_public(node)]
    if not members:
        return
    yield f"## {'.'.join(path.relative_to(SOURCES).with_suffix('').parts)}\n"
    yield f"{_paragraphs(tree)[0]}\n"
    yield from (_line(node) for node in members)
    yield ""
    for source in dict.fromkeys(_sources([tree, *members])):
        yield f"Source: {source}\n"


def _is_public(node: Member) -> bool:
    """Whether it is a function, a class, or a constant made by calling one of them."""
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Call) and _name(node).isupper()
    return not node.name.startswith("_")


def _name(node: Member) -> str:
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else node.name


def _line(node: Member) -> str:
    if isinstance(node, ast.Assign):
        return f"- `{_name(node)}`"
    parameters = f"({_parameters(node.args)})" if isinstance(node, ast.FunctionDef) else ""
    return f"- `{node.name}{parameters}`: {_paragraphs(node)[0]}"


def _parameters(arguments: ast.arguments) -> str:
    """Return the parameters without their types."""
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    return ast.unparse(arguments)


def _paragraphs(node: ast.Module | Member) -> list[str]:
    text = "" if isinstance(node, ast.Assign) else ast.get_docstring(node) or ""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _sources(nodes: list[ast.Module | Member]) -> Iterator[str]:
    for node in nodes:
        for paragraph in _paragraphs(node):
            if match := re.match(r"Source: (.*)", paragraph):
                yield match[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
