"""Counts of patterns that training learns from, over samples that depend on the seed alone."""

from collections.abc import Sequence

import numpy as np

from outsidein.identity.matching.blocking import Rule, possible_rules
from outsidein.identity.matching.comparisons import Comparison
from outsidein.identity.matching.mixture import Codes, Numbers, Patterns
from outsidein.identity.matching.prepared_records import Scratch
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


def shuffled(made: Scratch, view: str, seed: int) -> str:
    """Put records in a random order, which depends on their keys and the seed alone.

    Returns:
        A query: the records with their place in it (`shuffled`, from 0).
    """
    order = f"md5_number(concat_ws(chr(31), {seed}, source, record_id)), source, record_id"
    place = f"row_number() OVER (ORDER BY {order}) - 1"
    places = made.table("places", f"SELECT i, {place} AS shuffled FROM {view}")
    return f"(SELECT * FROM {view} JOIN {places} USING (i))"


def random_pairs(made: Scratch, codes: str, records: int) -> str:
    """Make the table of random pairs: records with those at some distances in a shuffled order.

    Args:
        made: Where to.
        codes: Table of records: `i`, `shuffled`.
        records: How many there are.

    Returns:
        Its name: `li`, `ri`.
    """
    pool = min(records, RANDOM_PAIRS // 2)
    distances = max(1, min(RANDOM_PAIRS // pool, (pool - 1) // 2))
    drawn = made.table("drawn", f"SELECT i, shuffled FROM {codes} WHERE shuffled < {pool}")
    places = (
        f"SELECT a, (a + d) % {pool} AS b FROM range({pool}) x(a), range(1, {distances + 1}) y(d)"
    )
    return made.table(
        "random",
        f"SELECT l.i AS li, r.i AS ri FROM ({places}) JOIN {drawn} l ON l.shuffled = a "
        f"JOIN {drawn} r ON r.shuffled = b",
    )


def random_codes(
    made: Scratch, records: str, pairs: str, compared: Sequence[Comparison]
) -> tuple[Codes, Numbers]:
    """Compare random pairs of records: distinct patterns and how often each was seen."""
    found = made.backend.con.execute(
        f"SELECT {packed(compared)} AS code, count(*)::DOUBLE AS n FROM {pairs} p "
        f"{_both(records)} GROUP BY code ORDER BY code"
    ).fetchnumpy()
    return unpacked(found["code"], compared), found["n"]


def estimated_pairs(
    made: Scratch, codes: str, keys: Sequence[str], *, number: int, share: float
) -> list[Rule]:
    """Estimate how many pairs each possible rule finds, from a sample of records.

    Args:
        made: The engine.
        codes: Table of records: `shuffled` and the keys.
        keys: Columns that rules are made of.
        number: How many records the table has.
        share: What share of all records they are.
    """
    sample = min(number, COUNTED_RECORDS)
    few = made.table("few", f"SELECT * FROM {codes} WHERE shuffled < {sample}")
    return counted_pairs(made, few, possible_rules(keys), share=share * sample / number)


def counted_pairs(made: Scratch, codes: str, rules: Sequence[Rule], *, share: float) -> list[Rule]:
    """Count the pairs that each rule finds among some records, on the scale of all."""
    return [Rule(rule.columns, round(_pairs(made, codes, rule) / share**2)) for rule in rules]


def probed_pairs(
    made: Scratch, codes: str, rules: Sequence[Rule], *, number: int, share: float
) -> tuple[str, int]:
    """Make the table of some records with all that any rule finds for them.

    Args:
        made: Where to.
        codes: Table of records: `i`, `shuffled` and the keys.
        rules: Blocking rules, with their pairs among all records.
        number: How many records the table has.
        share: What share of all records they are.

    Returns:
        Its name (`li`, `ri`, and `rules`, a bit for each that finds the pair), and how many
        records were probed.
    """
    per_record = sum(rule.pairs for rule in rules) * 2 * share**2 / number
    probes = max(1, min(number, int(PROBED_PAIRS / max(per_record, 1))))
    few = made.table("probes", f"SELECT * FROM {codes} WHERE shuffled < {probes}")
    found = " UNION ALL ".join(
        f"SELECT l.i AS li, r.i AS ri, {1 << place}::BIGINT AS bit FROM {few} l "
        f"JOIN {codes} r ON {rule.condition} AND l.i <> r.i"
        for place, rule in enumerate(rules)
    )
    query = f"SELECT li, ri, bit_or(bit) AS rules FROM ({found}) GROUP BY li, ri"
    return made.table("probed", query), probes


def found_patterns(
    made: Scratch, records: str, pairs: str, compared: Sequence[Comparison], rules: int
) -> Patterns:
    """Compare probed pairs of records: distinct patterns, and how many rules find such pairs."""
    found = made.backend.con.execute(
        f"SELECT {packed(compared)} AS code, rules, count(*)::DOUBLE AS n "
        f"FROM {pairs} p {_both(records)} GROUP BY ALL ORDER BY ALL"
    ).fetchnumpy()
    bits = (found["rules"][:, None] >> np.arange(rules)) & 1
    return Patterns(unpacked(found["code"], compared), found["n"], bits.astype(bool))


def _both(records: str) -> str:
    return f"JOIN {records} l ON l.i = p.li JOIN {records} r ON r.i = p.ri"


def _pairs(made: Scratch, name: str, rule: Rule) -> int:
    columns = ", ".join(quoted(column) for column in rule.columns)
    [(pairs,)] = made.rows(
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM (SELECT count(*) AS n "
        f"FROM {name} p WHERE {rule.known} GROUP BY {columns})"
    )
    return int(str(pairs))
