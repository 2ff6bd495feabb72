"""Term frequencies: agreement on a rare name says more than agreement on a common one."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.identity.matching.comparisons import Comparison
from outsidein.identity.matching.duckdb.prepared_records import select_columns_sql
from outsidein.identity.matching.duckdb.work_tables import WorkTables
from outsidein.lake.sql import literal, quoted


def columns_with_adjustment(compared: Sequence[Comparison]) -> list[str]:
    """Columns whose values' frequency counts, in order."""
    return sorted({column for c in compared for column in c.equalities.values()})


def count_common_values(
    work: WorkTables, view: str, compared: Sequence[Comparison], party_kind: str
) -> pa.Table:
    """Values that more than one record has, with how many have them, and how many tell any.

    Args:
        work: The engine.
        view: The comparands.
        compared: Comparisons whose columns are counted.
        party_kind: Whose records they are.

    Returns:
        `FREQUENCIES`, in order; the number who tell a column stands under the value null.
    """
    return pa.concat_tables(
        work.backend.con.execute(_counted(view, column, party_kind)).to_arrow_table()
        for column in columns_with_adjustment(compared)
    )


def _counted(view: str, column: str, party_kind: str) -> str:
    name = quoted(column)
    of = f'SELECT {literal(party_kind)} AS party_kind, {literal(column)} AS "column"'
    selected = select_columns_sql(view, [column])
    common = f"SELECT {name} AS value, count(*) AS records FROM told GROUP BY 1 HAVING count(*) > 1"
    return (
        f"WITH told AS NOT MATERIALIZED ({selected}) "
        f"{of}, value, records FROM ({common}) WHERE value IS NOT NULL "
        f"UNION ALL {of}, NULL, count({name}) FROM told ORDER BY value"
    )


def chance_of_equality(common: pa.Table, compared: Sequence[Comparison]) -> dict[str, float]:
    """Chance that two different records that both tell a column agree on it.

    Args:
        common: From `count_common_values`.
        compared: The comparisons that were counted.
    """
    chances = {}
    for column in columns_with_adjustment(compared):
        mine = common.filter(pc.equal(common["column"], column))
        is_total = mine["value"].is_null()
        [total] = mine.filter(is_total)["records"].to_pylist()
        n = mine.filter(pc.invert(is_total))["records"].to_numpy().astype(np.float64)
        chances[column] = float((n * (n - 1)).sum()) / max(total * (total - 1.0), 1)
    return chances


def scale_to_population(common: pa.Table, share: float) -> pa.Table:
    """Tell how common values are among all records, where such a share of them was counted."""
    if share == 1:
        return common
    records = np.round(common["records"].to_numpy() / share).astype(np.int64)
    place = common.column_names.index("records")
    return common.set_column(place, "records", pa.array(records))
