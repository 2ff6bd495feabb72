"""Models to start from: which of those of an export a source can fill, and their SQL."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outsidein.canonical.tables import CANONICAL
from outsidein.drafts.known_exports import KnownExport, ModelDraft, roles
from outsidein.drafts.looked_at import LookedAt
from outsidein.lake.sql import quoted

_HEADER = "header."


@dataclass(frozen=True, slots=True)
class FilledModel:
    """A model whose roles are all played: SQL of each canonical column, with roles in braces.

    Attributes:
        source: The source that gives its rows.
        header: The source joined to each row, if any.
    """

    source: LookedAt
    table: str
    columns: dict[str, str]
    where: str
    group_by: str
    header: LookedAt | None = None

    def sql(self, conditions: Sequence[str] = ()) -> str:
        """Return the model as one SELECT, with more conditions if any."""
        title, system = _export(self.source).title, _export(self.source).system
        columns = {"source": f"'{system}'", **self.columns}
        selected = ",\n".join(f"    {sql} as {name}" for name, sql in columns.items())
        lines = [
            f"-- Drafted for {title}: correct it where your firm differs.",
            f"select\n{selected}",
            self._relation(),
        ]
        conditions = [*filter(None, [self.where]), *conditions]
        if conditions:
            lines.append("where\n    " + "\n    and ".join(conditions))
        if self.group_by:
            lines.append(f"group by {self.group_by}")
        return self.with_columns("\n".join(lines) + "\n")

    def with_columns(self, sql: str) -> str:
        """Put the columns of the sources in the places of their roles."""
        for role, name in self._names().items():
            sql = sql.replace(f"{{{role}}}", name)
        return sql

    def columns_of(self, source: LookedAt) -> set[str]:
        """Return the columns of a source that the model reads."""
        read = roles(" ".join((*self.columns.values(), self.where, self.group_by)))
        if source is self.source:
            own = {role for role in read if not role.startswith(_HEADER)}
        elif source is self.header:
            own = {role.removeprefix(_HEADER) for role in read if role.startswith(_HEADER)}
        else:
            return set()
        if self.header:
            own.add("order")
        return {source.parts[role] for role in own}

    def _names(self) -> dict[str, str]:
        if self.header is None:
            return dict(_roles_in_sql(self.source))
        header = _roles_in_sql(self.header, "header.")
        return dict(_roles_in_sql(self.source, "line.")) | {
            f"{_HEADER}{role}": sql for role, sql in header
        }

    def _relation(self) -> str:
        if self.header is None:
            return f"from {self.source.layout.name}"
        return (
            f"from {self.source.layout.name} as line\n"
            f"left join {self.header.layout.name} as header\n"
            "    on cast({order} as varchar) = cast({header.order} as varchar)"
        )


def _roles_in_sql(source: LookedAt, prefix: str = "") -> Iterator[tuple[str, str]]:
    for role, column in source.parts.items():
        name = f"{prefix}{quoted(column)}"
        kind = source.casts.get(column)
        yield role, f"cast({name} as {kind})" if kind else name


def filled_models(seen: LookedAt, header: LookedAt | None = None) -> Iterator[FilledModel]:
    """Yield the models whose required columns a source, with its header, can fill."""
    if seen.export is None:
        return
    parts = set(seen.parts) | {f"{_HEADER}{role}" for role in (header.parts if header else ())}
    for model in seen.export.model:
        columns = dict(_filled_columns(model, parts))
        required = set(CANONICAL[model.table].required) - {"source"}
        if required <= set(columns) and roles(model.group_by) <= parts:
            where = model.where if roles(model.where) <= parts else ""
            yield FilledModel(seen, model.table, columns, where, model.group_by, header)


def header_of(lines: LookedAt, others: Sequence[LookedAt]) -> LookedAt | None:
    """Return the source that holds the orders of which a source holds the lines."""
    title = lines.export.joined_to if lines.export else None
    fitting = [
        other
        for other in others
        if title
        and other is not lines
        and other.export
        and other.export.title == title
        and other.place == lines.place
    ]
    return max(fitting, key=lambda other: _likeness(lines, other), default=None)


def repeats_another(source: LookedAt, others: Sequence[LookedAt]) -> bool:
    """Say whether a source, such as invoices, repeats the amounts of another, such as orders."""
    return _is_repetition(source) and any(
        other.export == source.export and other.place == source.place and not _is_repetition(other)
        for other in others
    )


def _is_repetition(source: LookedAt) -> bool:
    pattern = source.export.repeated_in if source.export else None
    return bool(pattern and re.search(pattern, source.layout.name))


def _likeness(lines: LookedAt, header: LookedAt) -> tuple[bool, bool]:
    """Whether both name the order alike, and whether the lines are named after the orders."""
    same = lines.parts["order"].lower() == header.parts["order"].lower()
    return same, lines.layout.name.startswith(header.layout.name.rstrip("s"))


def _filled_columns(model: ModelDraft, parts: set[str]) -> Iterator[tuple[str, str]]:
    for name, options in model.columns.items():
        sql = next((sql for sql in options if roles(sql) <= parts), None)
        if sql is not None:
            yield name, sql


def _export(seen: LookedAt) -> KnownExport:
    if seen.export is None:
        raise ValueError(f"{seen.layout.name} has no models")
    return seen.export
