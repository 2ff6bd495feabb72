"""Counts of level patterns for training, over samples that depend on the seed alone."""

from collections.abc import Sequence

import numpy as np

from outsidein.identity.matching.blocking import BlockingRule, possible_rules
from outsidein.identity.matching.comparisons import Comparison
from outsidein.identity.matching.duckdb.work_tables import WorkTables
from outsidein.identity.matching.mixture import Codes, LevelPatterns, Numbers
from outsidein.lake.sql import quoted

RANDOM_PAIRS = 400_000
PROBED_PAIRS = 1_000_000
COUNTED_RECORDS = 50_000
BITS = 4


def pack_levels_sql(compared: Sequence[Comparison]) -> str:
    """The codes of all comparisons of a pair, four bits each, in one integer."""
    parts = (
        f"(({comparison.sql})::BIGINT << {BITS * place})"
        for place, comparison in enumerate(compared)
    )
    return " | ".join(parts)


def unpack_levels(codes: Codes, compared: Sequence[Comparison]) -> Codes:
    """One column per comparison of packed codes."""
    shifts = BITS * np.arange(len(compared))
    levels: Codes = (codes[:, None] >> shifts) & (2**BITS - 1)
    return levels


def shuffled_records_sql(work: WorkTables, view: str, seed: int) -> str:
    """Put records in a random order, which depends on their keys and the seed alone.

    Returns:
        A query: the records with their place in it (`shuffled_records_sql`, from 0).
    """
    order = f"md5_number(concat_ws(chr(31), {seed}, source, record_id)), source, record_id"
    place = f"row_number() OVER (ORDER BY {order}) - 1"
    places = work.table("places", f"SELECT i, {place} AS shuffled FROM {view}")
    return f"(SELECT * FROM {view} JOIN {places} USING (i))"


def create_random_pairs(work: WorkTables, codes: str, records: int) -> str:
    """Make the table of random pairs: records with those at some distances in a shuffled order.

    Args:
        work: Holds the table.
        codes: Table of records: `i`, `shuffled_records_sql`.
        records: How many there are.

    Returns:
        Its name: `li`, `ri`.
    """
    pool = min(records, RANDOM_PAIRS // 2)
    distances = max(1, min(RANDOM_PAIRS // pool, (pool - 1) // 2))
    drawn = work.table("drawn", f"SELECT i, shuffled FROM {codes} WHERE shuffled < {pool}")
    places = (
        f"SELECT a, (a + d) % {pool} AS b FROM range({pool}) x(a), range(1, {distances + 1}) y(d)"
    )
    return work.table(
        "random",
        f"SELECT l.i AS li, r.i AS ri FROM ({places}) JOIN {drawn} l ON l.shuffled = a "
        f"JOIN {drawn} r ON r.shuffled = b",
    )


def random_pair_patterns(
    work: WorkTables, records: str, pairs: str, compared: Sequence[Comparison]
) -> tuple[Codes, Numbers]:
    """Compare random pairs of records: distinct patterns and how often each was seen."""
    patterns = work.backend.con.execute(
        f"SELECT {pack_levels_sql(compared)} AS code, count(*)::DOUBLE AS n FROM {pairs} p "
        f"{_both(records)} GROUP BY code ORDER BY code"
    ).fetchnumpy()
    return unpack_levels(patterns["code"], compared), patterns["n"]


def estimate_pairs_per_rule(
    work: WorkTables, codes: str, keys: Sequence[str], *, number: int, share: float
) -> list[BlockingRule]:
    """Estimate how many pairs each possible rule finds, from a sample of records.

    Args:
        work: The engine.
        codes: Table of records: `shuffled_records_sql` and the keys.
        keys: Columns that rules are work of.
        number: How many records the table has.
        share: What share of all records they are.
    """
    sample = min(number, COUNTED_RECORDS)
    few = work.table("few", f"SELECT * FROM {codes} WHERE shuffled < {sample}")
    return count_pairs_per_rule(work, few, possible_rules(keys), share=share * sample / number)


def count_pairs_per_rule(
    work: WorkTables, codes: str, rules: Sequence[BlockingRule], *, share: float
) -> list[BlockingRule]:
    """Count the pairs that each rule finds among some records, on the scale of all."""
    return [
        BlockingRule(rule.columns, round(_pairs(work, codes, rule) / share**2)) for rule in rules
    ]


def create_probed_pairs(
    work: WorkTables, codes: str, rules: Sequence[BlockingRule], *, number: int, share: float
) -> tuple[str, int]:
    """Make the table of some records with all that any rule finds for them.

    Args:
        work: Holds the table.
        codes: Table of records: `i`, `shuffled_records_sql` and the keys.
        rules: Blocking rules, with their pairs among all records.
        number: How many records the table has.
        share: What share of all records they are.

    Returns:
        Its name (`li`, `ri`, and `rules`, a bit for each that finds the pair), and how many
        records were probed.
    """
    per_record = sum(rule.pairs for rule in rules) * 2 * share**2 / number
    probes = max(1, min(number, int(PROBED_PAIRS / max(per_record, 1))))
    few = work.table("probes", f"SELECT * FROM {codes} WHERE shuffled < {probes}")
    pairs_by_rule = " UNION ALL ".join(
        f"SELECT l.i AS li, r.i AS ri, {1 << place}::BIGINT AS bit FROM {few} l "
        f"JOIN {codes} r ON {rule.condition} AND l.i <> r.i"
        for place, rule in enumerate(rules)
    )
    query = f"SELECT li, ri, bit_or(bit) AS rules FROM ({pairs_by_rule}) GROUP BY li, ri"
    return work.table("probed", query), probes


def probed_pair_patterns(
    work: WorkTables, records: str, pairs: str, compared: Sequence[Comparison], rules: int
) -> LevelPatterns:
    """Compare probed pairs of records: distinct patterns, and how many rules find such pairs."""
    patterns = work.backend.con.execute(
        f"SELECT {pack_levels_sql(compared)} AS code, rules, count(*)::DOUBLE AS n "
        f"FROM {pairs} p {_both(records)} GROUP BY ALL ORDER BY ALL"
    ).fetchnumpy()
    bits = (patterns["rules"][:, None] >> np.arange(rules)) & 1
    return LevelPatterns(
        unpack_levels(patterns["code"], compared), patterns["n"], bits.astype(bool)
    )


def _both(records: str) -> str:
    return f"JOIN {records} l ON l.i = p.li JOIN {records} r ON r.i = p.ri"


def _pairs(work: WorkTables, name: str, rule: BlockingRule) -> int:
    columns = ", ".join(quoted(column) for column in rule.columns)
    [(pairs,)] = work.rows(
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM (SELECT count(*) AS n "
        f"FROM {name} p WHERE {rule.has_columns_sql} GROUP BY {columns})"
    )
    return int(str(pairs))
