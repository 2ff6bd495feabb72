"""Columns that a model names and that the sources have, but that nobody has approved."""

from collections.abc import Iterable, Mapping

from outsidein.canonical.model_errors import ModelError, place_of
from outsidein.canonical.sql_models import Models
from outsidein.errors import ProjectError
from outsidein.sources.needs import NEEDS_FILE

States = Iterable[Mapping[str, str]]
"""Rows of the table `columns`: `source`, `column` and `state`."""


def with_approval(error: ModelError, states: States, models: Models) -> ProjectError:
    """Return the error of a model, naming the approval that is missing if that is why.

    Args:
        error: What the engine says of the model.
        states: What became of each column of each source.
        models: The project's models.
    """
    sources = _sources(error.model.relations, models)
    unapproved = [row for row in states if row["source"] in sources and row["state"] != "approved"]
    for row in unapproved:
        if error.column == row["column"]:
            subject = f"column {row['column']!r} of source {row['source']!r}"
            return _missing(error, row["column"], f"{subject} is not loaded: {_state(row)}")
        if error.relation == row["source"]:
            subject = f"source {row['source']!r} is not loaded"
            reason = "no column of it has an approved need"
            return _missing(error, row["source"], f"{subject}: {reason}")
    return error


def _missing(error: ModelError, name: str, problem: str) -> ProjectError:
    path = error.model.path
    return ProjectError(path, place_of(path, name), f"{problem}. Approve it in {NEEDS_FILE}.")


def _state(row: Mapping[str, str]) -> str:
    state = row["state"]
    return "it is without a need" if state == "without a need" else f"its need is {state}"


def _sources(relations: frozenset[str], models: Models) -> set[str]:
    """Return what relations are made of: sources, through staging queries."""
    staging = {query.name: query.relations for query in models.staging}
    names, waiting = set[str](), list(relations)
    while waiting:
        name = waiting.pop()
        if name in staging:
            waiting += staging[name]
        names.add(name)
    return names
