"""How common each value is: two who share a rare name are likelier one than two called Smith."""

from collections.abc import Sequence

import pyarrow as pa

from outsidein.identity.matching.comparisons import Comparison
from outsidein.identity.matching.prepared import Scratch, table
from outsidein.lake.sql import literal, quoted


def adjusted_columns(compared: Sequence[Comparison]) -> list[str]:
    """Columns whose values' frequency counts, in order."""
    return sorted({column for c in compared for column in c.equalities.values()})


def equal_by_chance(made: Scratch, compared: Sequence[Comparison]) -> dict[str, float]:
    """Chance that two different records that both tell a column agree on it."""
    chances = {}
    for column in adjusted_columns(compared):
        [(agreeing, known)] = made.rows(
            f"SELECT coalesce(sum(n * (n - 1)), 0), coalesce(sum(n), 0) FROM ("
            f"SELECT count(*) AS n FROM {table(made)} WHERE {quoted(column)} IS NOT NULL "
            f"GROUP BY {quoted(column)})"
        )
        told = float(str(known))
        chances[column] = float(str(agreeing)) / max(told * (told - 1), 1)
    return chances


def common_values(made: Scratch, compared: Sequence[Comparison], party_kind: str) -> pa.Table:
    """Values that more than one record has, with how many have them, and how many tell any.

    Returns:
        `FREQUENCIES`, in order; the number who tell a column stands under the value null.
    """
    parts = [
        f'SELECT {literal(party_kind)} AS party_kind, {literal(column)} AS "column", '
        f"{quoted(column)} AS value, count(*) AS records FROM {table(made)} "
        f"WHERE {quoted(column)} IS NOT NULL GROUP BY GROUPING SETS (({quoted(column)}), ()) "
        f"HAVING count(*) > 1 OR {quoted(column)} IS NULL"
        for column in adjusted_columns(compared)
    ]
    query = f"{' UNION ALL '.join(parts)} ORDER BY ALL"
    return made.backend.con.execute(query).to_arrow_table()
