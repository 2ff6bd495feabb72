"""Two records side by side, with the evidence that ties them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from outsidein.errors import InputError
from outsidein.identity.records.pairs import Pair


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field of two records; `agrees` is null where either has none."""

    name: str
    value: Any
    to_value: Any
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two records, field by field, with all evidence that ties them.

    `weights` says what the model holds of each comparison, where it weighed the two; `customers`
    whose records they are.
    """

    pair: Pair
    fields: tuple[FieldComparison, ...]
    evidence: tuple[Mapping[str, Any], ...]
    weights: tuple[Mapping[str, Any], ...] = ()
    customers: tuple[str, ...] = ()


def side_by_side(records: ir.Table, evidence: ir.Table, pair: Pair) -> SideBySide:
    """Set two records side by side.

    Values agree where they differ only in case and outer space.

    Args:
        records: Canonical `records`.
        evidence: `EVIDENCE`.
        pair: The two.

    Raises:
        InputError: One of them has no row in `records`.
    """
    rows_of_pair = []
    for key in pair:
        mine = records.filter((records.source == key.source) & (records.record_id == key.record_id))
        rows = mine.to_pyarrow().to_pylist()
        if not rows:
            raise InputError(f"There is no record {key} to show.")
        rows_of_pair.append(rows[0])
    fields = [
        FieldComparison(
            name,
            rows_of_pair[0][name],
            rows_of_pair[1][name],
            _agree(rows_of_pair[0][name], rows_of_pair[1][name]),
        )
        for name in records.columns
        if name not in ("source", "record_id")
    ]
    tied = evidence.filter([evidence[name] == key for name, key in pair.columns.items()])
    reasons: Sequence[Mapping[str, Any]] = tied.to_pyarrow().to_pylist()
    ordered = sorted(reasons, key=lambda row: (row["kind"], row["rule"], row["value"] or ""))
    return SideBySide(pair, tuple(fields), tuple(ordered))


def _agree(one: Any, other: Any) -> bool | None:  # noqa: ANN401  what any column holds
    if one is None or other is None:
        return None
    if isinstance(one, str):
        return bool(one.strip().casefold() == str(other).strip().casefold())
    return bool(one == other)
