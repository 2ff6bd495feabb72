"""What a model has learned, as rows for a chart and a table."""

import pyarrow as pa

from outsidein.identity.matching.match_model import MatchModel, level_weights

MATCH_WEIGHTS = pa.schema(
    [
        ("party_kind", pa.string()),
        ("comparison", pa.string()),
        ("level", pa.string()),
        ("code", pa.int64()),
        ("m", pa.float64()),
        ("u", pa.float64()),
        ("relatives", pa.float64()),
        ("weight", pa.float64()),
    ]
)
"""Grain: one row per kind of party, comparison and level."""


def match_weight_table(model: MatchModel) -> pa.Table:
    """Return the match weight of each level of each comparison.

    Returns:
        `MATCH_WEIGHTS`: `m`, `u` and `relatives` are the shares of pairs of one customer, of
        strangers, and of people who share a home that are at the level; `weight` is log2 of
        `m` over `u`, before it is adjusted for how common the value is.
    """
    rows = [
        (part.party_kind, c.name, level, code, m, u, kin, weight)
        for part in model.parts
        for c in part.comparisons
        for code, (level, m, u, kin, weight) in enumerate(
            zip(c.levels, c.m, c.u, c.relatives, level_weights(c.m, c.u), strict=True)
        )
        if code
    ]
    columns = zip(*rows, strict=True) if rows else ([] for _ in MATCH_WEIGHTS)
    return pa.table([list(column) for column in columns], schema=MATCH_WEIGHTS)


def explain_weights(pairs: pa.Table, model: MatchModel) -> pa.Table:
    """Spell out what speaks for and against proposed pairs, for the few that a person looks at.

    Args:
        pairs: Rows of `proposals`.
        model: The model that made them.

    Returns:
        One row per pair and comparison: the pair's key, `comparison`, `level`, and `weight`
        (log2; 0 where unknown), before it is adjusted for how common the value is.
    """
    names = ("source", "record_id", "to_source", "to_record_id")
    parts = {part.party_kind: part for part in model.parts}
    rows = []
    for pair in pairs.to_pylist():
        for place, c in enumerate(parts[pair["party_kind"]].comparisons):
            code = pair["pattern"] >> 4 * place & 15
            level = (c.name, c.levels[code], level_weights(c.m, c.u)[code])
            rows.append((*(pair[name] for name in names), *level))
    schema = pa.schema(
        [
            *((name, pa.string()) for name in (*names, "comparison", "level")),
            ("weight", pa.float64()),
        ]
    )
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table([list(column) for column in columns], schema=schema)
