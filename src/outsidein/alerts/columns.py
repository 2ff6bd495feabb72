"""Columns of a candidate, and the facts that are kept with its alert."""

from collections.abc import Mapping
from typing import Any

CANDIDATE = (
    *("source", "key", "record_id", "customer_id", "happened_at", "happened_on", "recorded_at"),
)
"""Columns of every candidate, whatever its kind."""

IS_OLD = "is_old"
"""Whether a candidate is too old for a response."""


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a candidate that are kept with its alert, as plain JSON values."""
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in row.items()
        if name not in (*CANDIDATE, IS_OLD) and value is not None
    } | {"happened_on": str(row["happened_on"])}
