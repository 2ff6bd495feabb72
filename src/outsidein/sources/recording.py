"""How a source records its data: how many records a month, and which fields they fill."""

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir

TEXTS_FROM = 15
"""Characters of a mean value from which a column holds texts whose length is compared."""


def recording_rows(rows: ir.Table, source: str, *, dated_by: str) -> Iterator[dict[str, Any]]:
    """Count the records of each month, and how many of them have a value in each column.

    Args:
        rows: One row per record of the source.
        source: Its name.
        dated_by: Column that dates a record; records without a date are left out.

    Yields:
        One row per column and month, in this order: `source`, `column`, `period_on` (first day
        of the month), `records`, `filled` (records with a value other than blanks, count) and
        `characters` (of all values together; null unless the column holds texts).
    """
    columns = sorted(rows.columns)
    counts = _counts(rows, columns, dated_by)
    for place, column in enumerate(columns):
        filled = sum(row[f"filled_{place}"] for row in counts)
        characters = sum(row[f"characters_{place}"] or 0 for row in counts)
        is_text = filled > 0 and characters / filled >= TEXTS_FROM
        for row in counts:
            yield {
                "source": source,
                "column": column,
                "period_on": row["period_on"],
                "records": row["records"],
                "filled": row[f"filled_{place}"],
                "characters": row[f"characters_{place}"] if is_text else None,
            }


def _counts(rows: ir.Table, columns: list[str], dated_by: str) -> list[dict[str, Any]]:
    day = rows[dated_by]
    day = day.try_cast("date") if day.type().is_string() else day.cast("date")
    dated = rows.mutate(period_on=day.truncate("M").cast("date"))
    dated = dated.filter(dated.period_on.notnull())
    aggregates: dict[str, ir.Value] = {"records": dated.count()}
    for place, column in enumerate(columns):
        value = dated[column]
        is_text = value.type().is_string()
        has_value = value.strip() != "" if is_text else value.notnull()
        length = value.length().cast("int64").sum() if is_text else ibis.null("int64")
        aggregates[f"filled_{place}"] = has_value.cast("int64").sum().fill_null(0)
        aggregates[f"characters_{place}"] = length
    counts = dated.group_by("period_on").aggregate(**aggregates).order_by("period_on")
    answer: list[dict[str, Any]] = counts.to_pyarrow().to_pylist()
    return answer
