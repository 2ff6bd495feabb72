"""Counts of patterns that training learns from, over samples that depend on the seed alone."""

from collections.abc import Sequence

import numpy as np

from outsidein.identity.matching.blocking import Rule, possible_rules
from outsidein.identity.matching.comparisons import Comparison
from outsidein.identity.matching.mixture import Codes, Numbers, Patterns
from outsidein.identity.matching.prepared import Scratch, table
from outsidein.lake.sql import quoted

RANDOM_PAIRS = 400_000
PROBED_PAIRS = 1_000_000
COUNTED_RECORDS = 50_000
BITS = 4


def packed(compared: Sequence[Comparison]) -> str:
    """The codes of all comparisons of a pair, four bits each, in one integer."""
    parts = (
        f"(({comparison.sql})::BIGINT << {BITS * place})"
        for place, comparison in enumerate(compared)
    )
    return " | ".join(parts)


def unpacked(codes: Codes, compared: Sequence[Comparison]) -> Codes:
    """One column per comparison of packed codes."""
    shifts = BITS * np.arange(len(compared))
    found: Codes = (codes[:, None] >> shifts) & (2**BITS - 1)
    return found


def random_codes(made: Scratch, compared: Sequence[Comparison]) -> tuple[Codes, Numbers]:
    """Compare random pairs: each record with those at some distances in a shuffled order."""
    [(records,)] = made.rows(f"SELECT count(*) FROM {table(made)}")
    number = int(str(records))
    distances = max(1, min(RANDOM_PAIRS // number, (number - 1) // 2))
    pairs = made.table(
        "random",
        f"SELECT a, (a + d) % {number} AS b "
        f"FROM range({number}) x(a), range(1, {distances + 1}) y(d)",
    )
    found = made.backend.con.execute(
        f"SELECT {packed(compared)} AS code, count(*)::DOUBLE AS n FROM {pairs} p "
        f"JOIN {table(made)} l ON l.shuffled = p.a JOIN {table(made)} r ON r.shuffled = p.b "
        "GROUP BY code ORDER BY code"
    ).fetchnumpy()
    return unpacked(found["code"], compared), found["n"]


def estimated_pairs(made: Scratch, keys: Sequence[str], records: int) -> list[Rule]:
    """Estimate how many pairs each possible rule finds, from a sample of records."""
    sample = min(records, COUNTED_RECORDS)
    scale = (records / sample) ** 2
    few = made.table("few", f"SELECT * FROM {table(made)} WHERE shuffled < {sample}")
    return [
        Rule(rule.columns, round(_pairs(made, few, rule) * scale)) for rule in possible_rules(keys)
    ]


def exact_pairs(made: Scratch, rules: Sequence[Rule]) -> list[Rule]:
    """Count the pairs that each rule finds."""
    return [Rule(rule.columns, _pairs(made, table(made), rule)) for rule in rules]


def found_patterns(
    made: Scratch, compared: Sequence[Comparison], rules: Sequence[Rule], records: int
) -> tuple[Patterns, int]:
    """Compare some records with all that any rule finds for them.

    Returns:
        The patterns, and how many records were probed.
    """
    per_record = sum(rule.pairs for rule in rules) * 2 / records
    probes = max(1, min(records, int(PROBED_PAIRS / max(per_record, 1))))
    made.table("probes", f"SELECT * FROM {table(made)} WHERE shuffled < {probes}")
    pairs = " UNION ".join(
        f"SELECT l.i AS li, r.i AS ri FROM {made.prefix}_probes l JOIN {table(made)} r "
        f"ON {rule.condition} AND l.i <> r.i"
        for rule in rules
    )
    mask = " | ".join(
        f"(coalesce({rule.condition}, false)::BIGINT << {place})"
        for place, rule in enumerate(rules)
    )
    made.table("probed", pairs)
    found = made.backend.con.execute(
        f"SELECT {packed(compared)} AS code, {mask} AS rules, count(*)::DOUBLE AS n "
        f"FROM {made.prefix}_probed p JOIN {made.prefix}_probes l ON l.i = p.li "
        f"JOIN {table(made)} r ON r.i = p.ri GROUP BY ALL ORDER BY ALL"
    ).fetchnumpy()
    bits = (found["rules"][:, None] >> np.arange(len(rules))) & 1
    return Patterns(unpacked(found["code"], compared), found["n"], bits.astype(bool)), probes


def _pairs(made: Scratch, name: str, rule: Rule) -> int:
    columns = ", ".join(quoted(column) for column in rule.columns)
    [(pairs,)] = made.rows(
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM (SELECT count(*) AS n "
        f"FROM {name} WHERE {rule.known} GROUP BY {columns})"
    )
    return int(str(pairs))
