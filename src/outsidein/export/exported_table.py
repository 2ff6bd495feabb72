"""A table as an export holds it: its rows, and the comments on it and its columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from outsidein.export.choices import PersonalColumns
from outsidein.figures.figure import read_figure
from outsidein.lake.engine import read_table
from outsidein.lake.snapshot_reading import Reading
from outsidein.tables.table import Column, Personal, Table

TABLES, FIGURES = "main", "figures"
"""Schemas of an export; files of figures lie in a folder of that name."""

KEY_LENGTH = 20
"""Hexadecimal digits of a replaced key: 80 bits, so that no two of a million are equal."""


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A table of an export.

    Attributes:
        schema: `TABLES` or `FIGURES`.
        name: Its name.
        rows: What it holds.
        comment: What one row stands for, and what is not there.
        columns: Comments by column; columns without one are missing.
        left_out: Personal columns that are not there.
        replaced: Personal keys that were replaced by keys of this export.
    """

    schema: str
    name: str
    rows: ir.Table
    comment: str
    columns: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


def exported_table(
    table: Table, rows: ir.Table, *, personal: PersonalColumns, secret: str, currency: str
) -> ExportedTable:
    """Return a table without the personal columns that are not asked for.

    Args:
        table: Its declaration.
        rows: What the snapshot holds of it, under present names.
        personal: Which personal columns to keep.
        secret: Makes the keys that replace others; equal keys stay equal across tables.
        currency: Of amounts (ISO 4217).
    """
    kinds = {name: table.personal(name) for name in rows.columns}
    left_out = _of_kind(kinds, Personal.DIRECT) if personal is not PersonalColumns.ALL else ()
    replaced = _of_kind(kinds, Personal.PSEUDONYM) if personal is PersonalColumns.NONE else ()
    visible = _with_new_keys(rows.drop(*left_out), replaced, secret)
    if left_out or replaced:  # the order of the snapshot would tell which key is whose
        order = [name for name in table.key if name in visible.columns]
        visible = visible.order_by(order or list(visible.columns))
    return ExportedTable(
        TABLES,
        table.name,
        visible,
        _table_comment(table, left_out, replaced),
        _column_comments(table, visible, currency, replaced),
        left_out,
        replaced,
    )


def exported_figure(path: Path, reading: Reading, *, currency: str) -> ExportedTable:
    """Return a published figure; numbers over fewer than 10 customers are hidden in it already."""
    figure = read_figure(path)
    columns = {
        "unit": f"Of value, low and high; money is in minor units of {currency}.",
        "n": "Customers that the number rests on.",
        "low": "Lower end of the interval.",
        "high": "Upper end of the interval.",
        "why": "Why there is no number, or no interval.",
    }
    rows = read_table(reading.backend, path)
    return ExportedTable(FIGURES, figure.name, rows, f"{figure.title}. {figure.method}", columns)


def _of_kind(kinds: Mapping[str, Personal | None], kind: Personal) -> tuple[str, ...]:
    return tuple(name for name, personal in kinds.items() if personal is kind)


def _with_new_keys(rows: ir.Table, keys: tuple[str, ...], secret: str) -> ir.Table:
    new = {key: (ibis.literal(secret) + rows[key]).hexdigest("sha256") for key in keys}
    return rows.mutate(**{key: hashed.substr(0, KEY_LENGTH) for key, hashed in new.items()})


def _table_comment(table: Table, left_out: tuple[str, ...], replaced: tuple[str, ...]) -> str:
    parts = [f"One row per {table.grain}."]
    parts += [f"Key: {', '.join(table.key)}."] if table.key else []
    parts += [f"Personal columns left out: {', '.join(left_out)}."] if left_out else []
    parts += [f"Keys of this export alone: {', '.join(replaced)}."] if replaced else []
    return " ".join(parts)


def _column_comments(
    table: Table, rows: ir.Table, currency: str, replaced: tuple[str, ...]
) -> dict[str, str]:
    schema = rows.schema()
    comments = {
        name: _column_comment(table.columns.get(name), schema[name], table.personal(name), currency)
        for name in rows.columns
    }
    comments |= dict.fromkeys(replaced, "Key of this export alone")
    return {name: f"{comment}." for name, comment in comments.items() if comment}


def _column_comment(
    column: Column | None, kind: dt.DataType, personal: Personal | None, currency: str
) -> str:
    parts = [column.meaning] if column and column.meaning else []
    parts += [f"minor units of {currency}"] if column and column.is_money else []
    parts += ["UTC"] if kind.is_timestamp() else []
    parts += [f"personal, {personal.value}"] if personal else []
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]
