"""Exports that are recognised by their columns, each declared in a file of `exports`."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from outsidein.project.declarations import Declaration, declare
from outsidein.sources.declaration import Texts

_ROLE = re.compile(r"\{(\w+)\}")


def roles(sql: str) -> frozenset[str]:
    """Return the roles that a piece of SQL reads.

    Example:
        >>> sorted(roles("round({price} * {quantity})"))
        ['price', 'quantity']
    """
    return frozenset(_ROLE.findall(sql))


class ModelDraft(Declaration):
    """A model to start from: SQL of each canonical column, with roles in braces."""

    table: str
    columns: dict[str, str]
    where: str = ""
    group_by: str = ""


class KnownExport(Declaration):
    """How an export is recognised, and what to make of it.

    Attributes:
        title: What it is, for the person who reads the draft.
        system: The source of its records.
        purpose: For the data need.
        columns: For each role the columns that may play it; regular expressions, whole and in
            any case, where `is_general`.
        required: Roles that must be played.
        dates: Roles that are days or moments.
        numbers: Roles that are numbers.
        dated_by: The role that dates a row.
        explode: The list inside a JSON record that gives the rows, if any.
        is_general: Whether it is any firm's own export, which other declarations go before.
        model: Models to start from.
    """

    title: str
    system: str
    purpose: str
    columns: dict[str, Texts]
    required: frozenset[str]
    dates: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    dated_by: str | None = None
    explode: str | None = None
    is_general: bool = False
    model: tuple[ModelDraft, ...]

    def cast(self, columns: Sequence[str]) -> dict[str, str] | None:
        """Return the column that plays each role; None where a required role is not played."""
        parts: dict[str, str] = {}
        for role, options in self.columns.items():
            column = self._player(options, [c for c in columns if c not in parts.values()])
            if column is not None:
                parts[role] = column
        return parts if self.required <= set(parts) else None

    def _player(self, options: Sequence[str], columns: Sequence[str]) -> str | None:
        for option in options:
            for column in columns:
                if self._plays(option, column):
                    return column
        return None

    def _plays(self, option: str, column: str) -> bool:
        if self.is_general:
            return bool(re.fullmatch(option, column, re.IGNORECASE))
        return option == column


@cache
def known_exports() -> tuple[KnownExport, ...]:
    """Return all declared exports."""
    folder = files("outsidein.drafts").joinpath("exports")
    return tuple(
        declare(KnownExport, tomllib.loads(file.read_text("utf-8")), file=file.name)
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    )


def recognised(columns: Sequence[str]) -> tuple[KnownExport, dict[str, str]] | None:
    """Return the export that columns are of, and the column of each role.

    Of several that of a product is taken, then the one that needs most columns.
    """
    candidates = [
        (export, parts) for export in known_exports() if (parts := export.cast(columns)) is not None
    ]
    return max(candidates, key=_rank, default=None)


def _rank(candidate: tuple[KnownExport, dict[str, str]]) -> tuple[bool, int]:
    export, _ = candidate
    return not export.is_general, len(export.required)
