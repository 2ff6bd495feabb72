"""Errors of models that the engine refuses: file, line, column, and the nearest name."""

import re
from collections.abc import Iterable
from pathlib import Path

from ibis.backends import BaseBackend

from outsidein.canonical.query import Query
from outsidein.errors import ProjectError, QueryError, nearest
from outsidein.lake.queries import column_types
from outsidein.lake.sql import quoted

_NO_COLUMN = (
    re.compile(r'Referenced column "(?P<column>.+?)" not found'),
    re.compile(r'Table "[^"]+" does not have a column named "(?P<column>.+?)"'),
)
_NO_RELATION = re.compile(r"Table with name (?P<relation>\S+) does not exist")


class ModelError(ProjectError):
    """A model that the engine refuses.

    Attributes:
        model: The model.
        column: Name of the column that it does not find, if that is why.
        relation: Name of the source or staging query that it does not find, if that is why.
    """

    def __init__(
        self,
        model: Query,
        place: str,
        problem: str,
        *,
        column: str | None = None,
        relation: str | None = None,
    ) -> None:
        self.model = model
        self.column = column
        self.relation = relation
        super().__init__(model.path, place, problem)


def model_error(backend: BaseBackend, model: Query, error: QueryError) -> ModelError:
    """Say where in a model a name stands that there is not, and which is nearest.

    Args:
        backend: The engine, with the relations that the model reads.
        model: What the engine refuses.
        error: Why.
    """
    text = str(error)
    if match := next((m for pattern in _NO_COLUMN if (m := pattern.search(text))), None):
        name = match["column"]
        columns = tuple(_columns(backend, model))
        problem = f"there is no column {name!r}. {nearest(name, columns) if columns else ''}"
        return ModelError(model, place_of(model.path, name), problem.strip(), column=name)
    if match := _NO_RELATION.search(text):
        name = match["relation"]
        problem = f"there is no source or staging query {name!r}"
        return ModelError(model, place_of(model.path, name), problem, relation=name)
    return ModelError(model, "", text)


def place_of(path: Path, name: str) -> str:
    r"""Return line and column at which a name first stands in a file; empty if nowhere.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "orders.sql"
        ...     _ = path.write_text("select order_id,\n  amont\nfrom orders")
        ...     place_of(path, "amont")
        'line 2, column 3'
    """
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if match := pattern.search(line.partition("--")[0]):
            return f"line {number}, column {match.start() + 1}"
    return ""


def _columns(backend: BaseBackend, model: Query) -> Iterable[str]:
    for relation in sorted(model.relations):
        try:
            yield from column_types(backend, f"SELECT * FROM {quoted(relation)}")
        except QueryError:  # it is not loaded, which has an error of its own
            continue
