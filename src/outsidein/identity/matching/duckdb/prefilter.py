"""A prefilter: which pairs from the blocking rules can reach the threshold at all.

The weight of a pair is at most the sum of what each comparison may count for. Equality of codes
is enough to rule out most pairs, the letters of short texts most of the rest; what cannot be told
counts for the most that it can.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from outsidein.identity.matching.blocking import blocked_pairs_sql
from outsidein.identity.matching.comparisons import (
    ALWAYS,
    Comparison,
    ComparisonLevel,
    columns_read,
)
from outsidein.identity.matching.conditions import columns_of
from outsidein.identity.matching.duckdb.match_weights import (
    WeightInputs,
    rarity_condition_sql,
    term_frequency_adjustments,
)
from outsidein.identity.matching.duckdb.record_hashes import blocking_keys_sql, hash_columns_sql
from outsidein.identity.matching.duckdb.work_tables import WorkTables
from outsidein.identity.matching.match_model import (
    LearnedComparison,
    MatchModel,
    PartyModel,
    level_weights,
)
from outsidein.lake.sql import quoted

SLACK = 0.01
"""Bits within which sums of rounded logarithms may differ."""
LETTERED = frozenset({"given", "family", "gender", "phone", "mailbox"})
"""Columns compared by their letters, in a second look at the pairs still possible."""
LETTERS = LETTERED | {
    *("initial", "given_start", "mailbox_letters"),
    *("born", "dwelling", "street", "postcode", "city"),
}
LOWEST = -1e9


def create_likely_pairs(
    work: WorkTables,
    inputs: WeightInputs,
    part: PartyModel,
    bounds: "WeightBounds",
    *,
    least: float,
    with_new: bool = False,
) -> str:
    """Make the table of pairs that a rule finds and whose weight may be at least so much.

    Args:
        work: Holds the table.
        inputs: Weight inputs, from `create_weight_inputs`.
        part: What was learned; its rules find the pairs.
        bounds: The most that comparisons can count for.
        least: Least weight (log2).
        with_new: Just the pairs that have a record with `is_new`.

    Returns:
        Its name: `li` and `ri`, the numbers of the two records, the lesser first.
    """
    enough = repr(least + bounds.margin)
    others, rough = bounds.plain
    beside = ("i", "is_new") if with_new else ("i",)
    rules = {rule: rarity_condition_sql(part, rule, bits_of="b") for rule in part.rules}
    keys = work.table("keyed", blocking_keys_sql(inputs.records, rules, inputs.bits, beside=beside))
    blocked = work.table("found", blocked_pairs_sql(part.rules, keys, with_new=with_new))
    work.drop_early(keys)
    codes = work.table("codes", hash_columns_sql(inputs.records, columns_of(*bounds.plain)))
    joined = inputs.joined(of=codes, bits="l")
    bounded = f"SELECT li, ri, {others} AS others, {rough} AS rough FROM {blocked} p {joined}"
    possible = work.table(
        "possible", f"SELECT li, ri, others FROM ({bounded}) WHERE others + rough >= {enough}"
    )
    work.drop_early(blocked, codes)
    return work.table(
        "likely",
        f"SELECT li, ri FROM {possible} p {inputs.joined(bits='l')} "
        f"WHERE p.others + {bounds.lettered} >= {enough}",
    )


class WeightBounds:
    """The most that the comparisons of a pair can count for, as SQL over its records' codes.

    Attributes:
        margin: What a bound may lie below the least weight (log2).
        plain: Sums over the comparisons of what has no letters to compare, and of what has, as
            far as equality tells.
        lettered: The latter's, as far as letters tell.
    """

    def __init__(self, model: MatchModel, part: PartyModel) -> None:
        related = part.related / (1 - part.matching)
        self.margin = math.log2(1 - related) - SLACK
        adjusted = term_frequency_adjustments(model, part)
        self.rarest = {column: rarest for column, (_, rarest) in adjusted.items()}
        weighed = list(zip(part.compared, part.comparisons, strict=True))
        lettered = [entry for entry in weighed if LETTERED & columns_read([entry[0]])]
        others = [entry for entry in weighed if entry not in lettered]
        self.plain = tuple(
            self._sum(part_of_comparisons, _is_plain) for part_of_comparisons in (others, lettered)
        )
        self.lettered = self._sum(lettered, _is_lettered)

    def _sum(
        self,
        weighed: Sequence[tuple[Comparison, LearnedComparison]],
        has_part: Callable[[ComparisonLevel], bool],
    ) -> str:
        bounds = [(c.comparable, self._most(c, w, has_part).sql) for c, w in weighed]
        terms = [f"CASE WHEN ({sql}) IS NOT TRUE THEN 0.0 ELSE {most} END" for sql, most in bounds]
        return f"({' + '.join(terms) or '0.0'})"

    def _most(
        self,
        comparison: Comparison,
        weighed: LearnedComparison,
        has_part: Callable[[ComparisonLevel], bool],
    ) -> "_Bound":
        """The most that a comparison counts for: what is certain, or the best of what may be."""
        levels = level_weights(weighed.m, weighed.u)
        most = _constant(levels[1])
        for worth, level in zip(levels[2:], reversed(comparison.levels), strict=True):
            if not has_part(level):
                most = most.or_more(level.possible, worth + self.rarest.get(level.equal, 0.0))
            elif level.equal:
                most = most.unless(level.condition, f"{worth!r} + lb.{quoted(level.equal)}")
            elif worth > most.least:
                most = most.unless(level.condition, repr(worth))
        return most


class _Bound(NamedTuple):
    """An upper bound as SQL, with the least that it can be."""

    sql: str
    least: float

    def or_more(self, possible: str, worth: float) -> "_Bound":
        """So much, if that is possible and more."""
        if worth <= self.least:
            return self
        if possible == ALWAYS:
            sql = repr(worth) if self.is_constant else f"greatest({worth!r}, {self.sql})"
            return _Bound(sql, worth)
        if self.is_constant:
            return self.unless(possible, repr(worth))
        return _Bound(f"greatest(CASE WHEN {possible} THEN {worth!r} END, {self.sql})", self.least)

    def unless(self, condition: str, bound: str) -> "_Bound":
        """What is told where a condition holds."""
        return _Bound(f"CASE WHEN {condition} THEN {bound} ELSE {self.sql} END", LOWEST)

    @property
    def is_constant(self) -> bool:
        return self.sql == repr(self.least)


def _constant(worth: float) -> _Bound:
    return _Bound(repr(worth), worth)


def _is_plain(level: ComparisonLevel) -> bool:
    return level.is_plain


def _is_lettered(level: ComparisonLevel) -> bool:
    return columns_of(level.condition) <= LETTERS or level.is_plain
