"""Selection of comparisons and blocking keys that the records have data for."""

from collections.abc import Sequence

from outsidein.identity.matching.blocking import KEYS
from outsidein.identity.matching.comparisons import Comparison, all_comparisons
from outsidein.identity.matching.duckdb.prepared_records import select_columns_sql
from outsidein.identity.matching.duckdb.work_tables import WorkTables
from outsidein.lake.sql import quoted

LEAST_FILLED = 0.01
"""A thing is compared that this share of records tells."""
MOST_COMPARISONS = 15
"""As many as fit into the code of a pattern, four bits each."""
LEAST_VALUES = 20
"""A text makes a blocking key where it has at least so many values."""


def select_comparisons(
    work: WorkTables, view: str, kinds: Sequence[str], traits: Sequence[str]
) -> list[Comparison]:
    """Choose the comparisons whose columns are filled and differ among a view's records."""
    possible = all_comparisons(kinds, traits)
    columns = sorted({column for c in possible for column in c.columns})
    count_columns = ", ".join(
        f"count({quoted(c)}), approx_count_distinct({quoted(c)})" for c in columns
    )
    [(records, *counts)] = work.rows(
        f"SELECT count(*), {count_columns} FROM ({select_columns_sql(view, columns)})"
    )
    number = int(str(records))
    filled = dict(zip(columns, map(int, map(str, counts[::2])), strict=True))
    distinct = dict(zip(columns, map(int, map(str, counts[1::2])), strict=True))
    return [
        c
        for c in possible
        if any(filled[x] >= max(LEAST_FILLED * number, 2) and distinct[x] > 1 for x in c.columns)
    ][:MOST_COMPARISONS]


def possible_blocking_keys(compared: Sequence[Comparison]) -> list[str]:
    """Columns that blocking rules could be work of: those of the comparisons."""
    compared_columns = {column for c in compared for column in c.columns}
    keys = [key for key, parts in KEYS.items() if set(parts) & compared_columns]
    return keys + [c.columns[0] for c in compared if c.columns[0].startswith(("id_", "trait_"))]


def select_blocking_keys(work: WorkTables, codes: str, keys: Sequence[str]) -> list[str]:
    """Choose those columns that have enough values."""
    counts = ", ".join(f"approx_count_distinct({quoted(key)})" for key in keys)
    [values] = work.rows(f"SELECT {counts} FROM {codes}") if keys else [()]
    return [key for key, n in zip(keys, values, strict=True) if int(str(n)) >= LEAST_VALUES]
