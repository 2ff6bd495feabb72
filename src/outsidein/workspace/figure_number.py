"""One number of a figure: how SQL and Python read it."""

from collections.abc import Iterable
from pathlib import Path

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import FigureSpec
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.order import STEPS


def number_sql(snapshot: Snapshot, folder: Path, figure: Figure, estimate: Estimate) -> str:
    """Return the query that reads a number from the files of its build.

    Returns:
        DuckDB SQL to run in the project's folder; empty where the figure is in no file, for it is
        made anew for each page.
    """
    path = next((p for p in snapshot.figures() if p.stem == figure.name), None)
    if path is None:
        return ""
    place = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
    conditions = [f"measure = {_literal(estimate.measure)}"]
    conditions += [
        f'"{name}" IS NOT DISTINCT FROM {_literal(estimate.group.get(name))}'
        for name in figure.groups
    ]
    return (
        f"SELECT value, low, high, n, why FROM {_literal(place.as_posix())} "
        f"WHERE {' AND '.join(conditions)}"
    )


def number_python(folder: Path, figure: Figure, estimate: Estimate) -> str:
    """Return the call that gives a number in a notebook."""
    group = {name: estimate.group.get(name) for name in figure.groups}
    return (
        f"[e for e in outsidein.open({folder.name!r}).figure({figure.name!r}).estimates "
        f"if e.measure == {estimate.measure!r} and e.group == {group!r}]"
    )


def better_of(figure: str, estimate: Estimate) -> str:
    """Return which way a number is good, "more" or "less"; empty where neither is in itself."""
    specs = (f for step in STEPS for f in step.figures if isinstance(f, FigureSpec))
    spec = next((each for each in specs if each.name == figure), None)
    better = spec.measure(estimate.measure).better if spec else None
    return better.value if better else ""


def rows_sql(tables: Iterable[str]) -> list[str]:
    """Return the calls that give the rows behind a figure."""
    return [f'project.sql("SELECT * FROM {name}")' for name in tables]


def _literal(value: str | float | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
