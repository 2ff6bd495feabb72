"""Exports that are recognised by their columns, each declared in a file of `exports`."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from pydantic import Field

from outsidein.drafts.countries import CURRENCIES
from outsidein.project.declarations import Declaration, declare
from outsidein.sources.declaration import Texts

_CURRENCY = f"{'|'.join(sorted(CURRENCIES))}|[€$£¥₹]"
_UNIT = re.compile(
    rf"\s*(\bin\s+({_CURRENCY})|[(\[]\s*(in\s+)?({_CURRENCY}|stk\.?|stück|pcs\.?)\s*[)\]]|[€$£¥₹])\s*$",
    re.IGNORECASE,
)
_ROLE = re.compile(r"\{(\w+(?:\.\w+)?)\}")


def roles(sql: str) -> frozenset[str]:
    """Return the roles that a piece of SQL reads.

    Example:
        >>> sorted(roles("round({price} * {quantity})"))
        ['price', 'quantity']
    """
    return frozenset(_ROLE.findall(sql))


def without_unit(name: str) -> str:
    """Return the name of a column without the unit at its end.

    Example:
        >>> without_unit("Umsatz (EUR)"), without_unit("Price in €"), without_unit("Menge [Stk.]")
        ('Umsatz', 'Price', 'Menge')
        >>> without_unit("Preis (netto)")
        'Preis (netto)'
    """
    return _UNIT.sub("", name).strip()


class ModelDraft(Declaration):
    """A model to start from: SQL of each canonical column, with roles in braces.

    Of several ways to fill a column the first is taken whose roles are all played.
    """

    table: str
    columns: dict[str, Texts]
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
        any_of: Roles of which at least one must be played, if any are listed.
        named: What the source's name says where it is such an export; it then goes before
            others, and `columns_if_named` may play roles too.
        not_named: What the name says where it is none.
        repeated_in: What the name of an export of this kind says where its amounts are those of
            another in the same place too, as invoices repeat the amounts of orders.
        joined_to: Title of the export, with the same `order` in each row, that models read
            as `{header.role}`.
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
    any_of: frozenset[str] = frozenset()
    named: str | None = None
    not_named: str | None = None
    columns_if_named: dict[str, Texts] = Field(default_factory=dict)
    repeated_in: str | None = None
    joined_to: str | None = None
    dates: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    dated_by: str | None = None
    explode: str | None = None
    is_general: bool = False
    model: tuple[ModelDraft, ...]

    def cast(self, columns: Sequence[str], name: str = "") -> dict[str, str] | None:
        """Return the column that plays each role; None where a required role is not played.

        Args:
            columns: Of the source.
            name: The source's name.
        """
        if self.not_named and re.search(self.not_named, name, re.IGNORECASE):
            return None
        others = self.columns_if_named if self.is_named(name) else {}
        parts: dict[str, str] = {}
        for role, options in self.columns.items():
            free = [c for c in columns if c not in parts.values()]
            column = self._player((*options, *others.get(role, ())), free)
            if column is not None:
                parts[role] = column
        has_one = not self.any_of or bool(self.any_of & set(parts))
        return parts if has_one and self.required <= set(parts) else None

    def is_named(self, name: str) -> bool:
        """Say whether a source's name says that it is such an export."""
        return bool(self.named and re.search(self.named, name, re.IGNORECASE))

    def _player(self, options: Sequence[str], columns: Sequence[str]) -> str | None:
        for option in options:
            for column in columns:
                if self._plays(option, column):
                    return column
        return None

    def _plays(self, option: str, column: str) -> bool:
        if self.is_general:
            plain = without_unit(column)
            names = {column, plain, plain.replace(".", "_")}
            return any(re.fullmatch(option, name, re.IGNORECASE) for name in names)
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


def recognised(columns: Sequence[str], name: str = "") -> tuple[KnownExport, dict[str, str]] | None:
    """Return the export that columns are of, and the column of each role.

    Of several that of a product is taken, then one that the source's name tells, then the one
    that needs most columns and uses most.
    """
    candidates = [
        (export, parts)
        for export in known_exports()
        if (parts := export.cast(columns, name)) is not None
    ]
    return max(
        candidates, key=lambda candidate: _rank(candidate[0], candidate[1], name), default=None
    )


def _rank(export: KnownExport, parts: dict[str, str], name: str) -> tuple[bool, bool, int, int]:
    return not export.is_general, export.is_named(name), len(export.required), len(parts)
