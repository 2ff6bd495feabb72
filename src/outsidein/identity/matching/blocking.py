"""Blocking: rules of columns that must agree before a pair is compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from outsidein.identity.matching.mixture import Numbers
from outsidein.lake.sql import quoted

LEAST_PER_RECORD, MOST_PER_RECORD, SMALL = 20, 100, 5_000_000
MOST_RULES = 24
MOST_CANDIDATES = 60
LEAST_GAIN = 0.0003
"""A rule must add this share of all expected matches,"""
GAIN_FOR_BUDGET = 0.01
"""and this share more if it takes the whole budget."""

KEYS = {
    "given": ("given",),
    "given_start": ("given",),
    "family": ("family",),
    "family_start": ("family",),
    "born": ("born_on",),
    "born_year": ("born_on",),
    "born_day": ("born_on",),
    "organisation": ("organisation",),
    "organisation_start": ("organisation",),
    "dwelling": ("street", "house", "postcode", "city"),
    "street": ("street",),
    "postcode": ("postcode",),
    "area": ("postcode",),
    "city": ("city",),
    "email": ("emails",),
    "mailbox": ("emails",),
    "phone": ("phones",),
}
"""Prepared columns that rules are made of, with the comparands each is made of."""


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """Pairs whose records agree on all `columns` are compared."""

    columns: tuple[str, ...]
    pairs: int = 0
    """How many pairs it finds."""

    @property
    def condition(self) -> str:
        """The rule as a condition over `l` and `r`."""
        return " AND ".join(f"l.{quoted(c)} = r.{quoted(c)}" for c in self.columns)

    @property
    def names(self) -> list[str]:
        """The columns, quoted."""
        return [quoted(column) for column in self.columns]

    @property
    def has_columns_sql(self) -> str:
        """The condition under which a record (`p`) can be found by the rule."""
        return " AND ".join(f"p.{quoted(c)} IS NOT NULL" for c in self.columns)


def pair_budget(records: int) -> int:
    """How many pairs may be compared.

    20 for each record; small data may afford up to 100, as long as there are no more than five
    million in all.

    Example:
        >>> pair_budget(1_000), pair_budget(100_000), pair_budget(1_000_000)
        (100000, 5000000, 20000000)
    """
    return max(LEAST_PER_RECORD * records, min(MOST_PER_RECORD * records, SMALL))


def features_of_key(key: str) -> tuple[str, ...]:
    """Comparands that a column of a rule is made of."""
    return KEYS.get(key, (key,))


def possible_rules(keys: Sequence[str]) -> list[BlockingRule]:
    """Every key alone, every two that are made of different things, and names' beginnings."""
    alone = [BlockingRule((key,)) for key in keys]
    pairs = [
        BlockingRule((one, other))
        for one, other in combinations(keys, 2)
        if not set(features_of_key(one)) & set(features_of_key(other))
    ]
    threes = [
        BlockingRule(three)
        for three in (
            ("given_start", "family_start", "born_year"),
            ("initial", "family", "born_year"),
            ("given_start", "family_start", "area"),
            ("initial", "family", "area"),
            ("given_start", "family_start", "city"),
            ("given_start", "born_year", "area"),
            ("family_start", "born_year", "area"),
        )
        if all(key in keys or key == "initial" for key in three)
    ]
    return [*alone, *pairs, *threes]


def candidate_rules(rules: Sequence[BlockingRule], *, records: int) -> list[BlockingRule]:
    """Keep rules within half the budget, and none whose part is a cheap rule itself."""
    fitting = [rule for rule in rules if 0 < rule.pairs <= pair_budget(records) / 2]
    cheap = [set(rule.columns) for rule in fitting if rule.pairs <= 2 * records]
    kept = [rule for rule in fitting if not any(part < set(rule.columns) for part in cheap)]
    return sorted(kept, key=lambda rule: (-rule.pairs, rule.columns))[:MOST_CANDIDATES]


def choose_rules(
    found_by: NDArray[np.bool_], counts: Numbers, matches: Numbers, *, most: float
) -> list[int]:
    """Choose rules: each time the one that adds most expected matches for the pairs it adds.

    Args:
        found_by: One row per pattern, one column per rule.
        counts: Pairs of each pattern.
        matches: Expected matches among them.
        most: Pairs that may be compared, on the scale of `counts`.

    Returns:
        Places of the rules, in the order chosen.
    """
    covered = np.zeros(len(counts), dtype=bool)
    picked: list[int] = []
    total = float(matches.sum())
    while len(picked) < MOST_RULES:
        added = found_by & ~covered[:, None]
        gain, cost = matches @ added, counts @ added
        is_worth = gain > total * (LEAST_GAIN + GAIN_FOR_BUDGET * cost / most)
        fits = float(counts[covered].sum()) + cost <= most
        score = np.where(is_worth & fits, gain / (cost + 1) ** 0.75, 0)
        best = int(score.argmax())
        if score[best] <= 0:
            break
        picked.append(best)
        covered |= found_by[:, best]
    return _without_superfluous(picked, found_by, matches, LEAST_GAIN * total)


def _without_superfluous(
    picked: Sequence[int], found_by: NDArray[np.bool_], matches: Numbers, enough: float
) -> list[int]:
    kept = list(picked)
    for rule in picked:
        others = [other for other in kept if other != rule]
        alone = found_by[:, rule] & ~found_by[:, others].any(axis=1)
        if float(matches[alone].sum()) <= enough:
            kept = others
    return kept


def blocked_pairs_sql(rules: Sequence[BlockingRule], keys: str, *, with_new: bool = False) -> str:
    """Return the SQL that finds each pair that any rule finds, once.

    Args:
        rules: Blocking rules.
        keys: Table of records: `i` and a key for each rule, as `keyed` has them.
        with_new: Just the pairs that have a record with `is_new`.

    Returns:
        A query: `li` and `ri`, the numbers of the two records, the lesser first.
    """
    others = f"(SELECT * FROM {keys} WHERE is_new)" if with_new else keys
    once = "l.i <> r.i AND (NOT l.is_new OR l.i < r.i)" if with_new else "l.i < r.i"
    parts = [
        "SELECT least(l.i, r.i) AS li, greatest(l.i, r.i) AS ri "
        f"FROM {keys} l JOIN {others} r ON l.k{place} = r.k{place} AND {once}"
        for place in range(len(rules))
    ]
    return " UNION ".join(parts)
