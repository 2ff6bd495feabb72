"""SQL that selects rows and values to keep: valid types and retention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outsidein.lake.sql import literal, quoted
from outsidein.sources.typing import TypedValue


@dataclass(frozen=True, slots=True)
class SelectedColumn:
    """One approved column of the view.

    `place` is the SQL of the value as it was read, `kind` its type once it fits, `days`
    how long it may be kept.
    """

    name: str
    place: str
    fit: TypedValue
    kind: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Statements over one relation."""

    kept: str
    """The kept rows and values, in the order of the relation."""
    turned_away: str
    """`file`, `line`, `column`, `reason`, `raw` of the rejected rows."""
    counts: str
    """One row: rows kept, rows expired (counts)."""


def select_rows(
    relation: str, columns: Sequence[SelectedColumn], *, dated_by: str | None, as_of: date
) -> Selection:
    """Return statements that select and reject the rows of a relation.

    A row is turned away where a value does not fit its type, or where a retention holds
    and the row has no date. It has expired where every column has a retention and the row
    is older than the longest; values older than the retention of their column are null.

    Args:
        relation: SQL of a table with the columns' places, `file` and `line`.
        columns: The columns to keep.
        dated_by: Name of the column that dates a row.
        as_of: The day from which ages count back.
    """
    is_limited = any(column.days is not None for column in columns)
    faults = [(c.fit.misfit, c.name, f"does not fit {c.kind}") for c in columns]
    day = "NULL"
    if is_limited:
        dating = next(column for column in columns if column.name == dated_by)
        day = _day(dating)
        faults.append(
            (f"({day}) IS NULL", dating.name, "has no ISO date to compute retention from")
        )
    expiry = _expiry(columns, as_of)
    judged = (
        f"(SELECT *, {_first(faults)} AS fault, {day if is_limited else 'NULL::DATE'} AS day "
        f"FROM {relation})"
    )
    values = ", ".join(f"{_value(c, as_of)} AS {quoted(c.name)}" for c in columns)
    return Selection(
        kept=f"SELECT {values} FROM {judged} WHERE fault IS NULL AND NOT ({expiry})",
        turned_away=_rejected(judged, columns, faults),
        counts=(
            f"SELECT count(*) FILTER (fault IS NULL AND NOT ({expiry})), "
            f"count(*) FILTER (fault IS NULL AND ({expiry})) FROM {judged}"
        ),
    )


def _rejected(
    judged: str, columns: Sequence[SelectedColumn], faults: Sequence[tuple[str, str, str]]
) -> str:
    names = ", ".join(literal(name) for _, name, _ in faults)
    reasons = ", ".join(literal(reason) for _, _, reason in faults)
    raw = ", ".join(f"{literal(column.name)}: {column.place}" for column in columns)
    return (
        f"SELECT file, line, [{names}][fault + 1], [{reasons}][fault + 1], "
        f"CAST(to_json({{{raw}}}) AS VARCHAR) FROM {judged} WHERE fault IS NOT NULL"
    )


def _first(faults: Sequence[tuple[str, str, str]]) -> str:
    cases = " ".join(f"WHEN {test} THEN {n}" for n, (test, _, _) in enumerate(faults))
    return f"CASE {cases} END"


def _value(column: SelectedColumn, as_of: date) -> str:
    if column.days is None:
        return column.fit.value
    return f"CASE WHEN day >= {_since(column.days, as_of)} THEN {column.fit.value} END"


def _expiry(columns: Sequence[SelectedColumn], as_of: date) -> str:
    days = [column.days for column in columns if column.days is not None]
    return f"day < {_since(max(days), as_of)}" if days and len(days) == len(columns) else "FALSE"


def _since(days: int, as_of: date) -> str:
    return f"DATE '{(as_of - timedelta(days=days)).isoformat()}'"


def _day(column: SelectedColumn) -> str:
    value = column.fit.value
    if column.kind in ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"):
        return f"CAST({value} AT TIME ZONE 'UTC' AS DATE)"
    if column.kind == "DATE" or column.kind.startswith("TIMESTAMP"):
        return f"CAST({value} AS DATE)"
    moment = f"TRY_CAST(CAST({value} AS VARCHAR) AS TIMESTAMP)"
    return f"CASE WHEN isfinite({moment}) THEN CAST({moment} AS DATE) END"
