"""The weight of a pair in SQL: sums of logarithms in a fixed order, adjusted for rare values."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from outsidein.identity.matching.blocking import BlockingRule
from outsidein.identity.matching.comparisons import Comparison, columns_read
from outsidein.identity.matching.duckdb.prepared_records import with_text_columns
from outsidein.identity.matching.duckdb.term_frequencies import columns_with_adjustment
from outsidein.identity.matching.duckdb.work_tables import WorkTables
from outsidein.identity.matching.match_model import MatchModel, PartyModel, level_weights
from outsidein.identity.matching.mixture import LEAST
from outsidein.lake.sql import quoted

ALONE = 0.01
"""Least probability that what a blocking rule demands must give a pair by itself."""
DIGITS = 6
SHOWN_DIGITS = 4

Adjustments = dict[str, tuple[pa.Table, float]]
"""By column: values with the bits they add, and the bits of a value not among them."""


def prior_bits(part: PartyModel) -> float:
    """Log2 of the odds that two records taken at random are of one customer."""
    return math.log2(part.matching / (1 - part.matching))


def least_weight(part: PartyModel, probability: float) -> float:
    """The weight from which on a pair has so much probability."""
    return round(math.log2(probability / (1 - probability)) - prior_bits(part), SHOWN_DIGITS)


class WeightInputs(NamedTuple):
    """What weighing pairs reads of their records.

    Attributes:
        records: Table of prepared records.
        bits: Table of what agreeing on each value of a record adds to the weight (log2), by `i`.
            It is a table of its own lest the texts should be carried through every join.
    """

    records: str
    bits: str

    def joined(self, *, of: str | None = None, bits: str = "lr") -> str:
        """Join to pairs `p` their records `l` and `r`, and the bits of these, `lb` and `rb`.

        Args:
            of: Another table of the same records, as codes.
            bits: Of which records the bits are wanted.
        """
        tables = {"l": of or self.records, "r": of or self.records}
        tables |= {f"{side}b": self.bits for side in bits}
        return " ".join(
            f"JOIN {of} {name} ON {name}.i = p.{name[0]}i" for name, of in tables.items()
        )


def create_weight_inputs(
    work: WorkTables, records: str, model: MatchModel, part: PartyModel
) -> WeightInputs:
    """Make what weighing reads: the rarer a value, the more agreeing on it tells.

    Args:
        work: Holds the table.
        records: Prepared records.
        model: What was learned.
        part: What of it counts for these records.
    """
    read = columns_read(part.compared) | {column for rule in part.rules for column in rule.columns}
    records = with_text_columns(work, records, read)
    joins, bit_columns = [], []
    for number, (column, (values, unseen)) in enumerate(
        term_frequency_adjustments(model, part).items()
    ):
        view, name = work.view(f"frequency_{number}", values), quoted(column)
        joins.append(f"LEFT JOIN {view} f{number} ON f{number}.value = p.{name}")
        bit_columns.append(f"coalesce(f{number}.bits, {unseen!r}) AS {name}")
    query = f"SELECT {', '.join(['i', *bit_columns])} FROM {records} p {' '.join(joins)}"
    return WeightInputs(records, work.table("bits", query))


def rarity_condition_sql(part: PartyModel, rule: BlockingRule, *, bits_of: str) -> str | None:
    """Return the condition under which agreement on a rule's columns justifies a comparison.

    Thousands are called Maria Silva. Two of them whom nothing but the name ties are hardly ever
    one, and if something else does, another rule finds them.

    Args:
        part: What was learned.
        rule: The rule.
        bits_of: Name of the table with the bits of one of the records.

    Returns:
        A condition: agreeing on the rule's columns alone makes a match as likely as `ALONE`.
        None where the rule finds no more pairs than there are records, or its columns tell of
        one thing, or of more than their values.
    """
    worth = _worth_of_equal(part)
    worth_by_column = [worth.get(column) for column in rule.columns]
    if rule.pairs <= part.records or None in worth_by_column:
        return None
    if len({name for name, _ in filter(None, worth_by_column)}) < len(worth_by_column):
        return None
    least = least_weight(part, ALONE) - sum(weight for _, weight in filter(None, worth_by_column))
    rarity = " + ".join(f"{bits_of}.{quoted(column)}" for column in rule.columns)
    return f"({rarity}) >= {round(least, SHOWN_DIGITS)!r}"


def _worth_of_equal(part: PartyModel) -> dict[str, tuple[str, float]]:
    """By column: which comparison asks whether it is equal, and the most this counts for."""
    worth_by_column: dict[str, tuple[str, float]] = {}
    for comparison, weighed in zip(part.compared, part.comparisons, strict=True):
        levels = level_weights(weighed.m, weighed.u)
        for code, column in comparison.equalities.items():
            current = worth_by_column.get(column, (comparison.name, levels[code]))
            worth_by_column[column] = (comparison.name, max(current[1], levels[code]))
    return worth_by_column


def match_weight_sql(part: PartyModel, pairs: str, inputs: WeightInputs) -> str:
    """Return the SQL that weighs pairs.

    Args:
        part: What was learned.
        pairs: Table of pairs: `li`, `ri`, numbers of their records.
        inputs: Weight inputs, from `create_weight_inputs`.

    Returns:
        A query: `li`, `ri` (numbers of the records), `weight`, `probability`, `pattern`.
    """
    compared = part.compared
    adjusted = columns_with_adjustment(compared)
    commoner = (
        f"least(lb.{quoted(c)}, rb.{quoted(c)}) AS b{number}" for number, c in enumerate(adjusted)
    )
    codes = (f"{c.sql} AS c{number}" for number, c in enumerate(compared))
    select = ", ".join(["li", "ri", *codes, *commoner])
    compared_pairs = f"SELECT {select} FROM {pairs} p {inputs.joined()}"
    place = {column: f"b{number}" for number, column in enumerate(adjusted)}
    match, kin = _sum(part, place, over="m"), _sum(part, place, over="relatives")
    related = part.related / (1 - part.matching)
    pattern = " | ".join(f"(c{n}::BIGINT << {4 * n})" for n in range(len(compared)))
    chance = f"1 / (1 + pow(2.0, -(weight + {prior_bits(part)!r})))"
    weight = f"match - log2({1 - related!r} + {related!r} * pow(2.0, kin))"
    sums = f"{pattern} AS pattern, {match} AS match, {kin} AS kin"
    summed = f"SELECT li, ri, {sums} FROM ({compared_pairs})"
    rounded = f"SELECT li, ri, pattern, round({weight}, {SHOWN_DIGITS}) AS weight FROM ({summed})"
    return f"SELECT *, round({chance}, {SHOWN_DIGITS}) AS probability FROM ({rounded})"


def _sum(part: PartyModel, place: Mapping[str, str], *, over: str) -> str:
    terms = []
    for number, (comparison, weighed) in enumerate(
        zip(part.compared, part.comparisons, strict=True)
    ):
        counts = over == "m" or comparison.is_shared
        levels = level_weights(getattr(weighed, over), weighed.u)
        terms.append(_term(f"c{number}", levels, comparison, place if counts else {}))
    return " + ".join(terms)


def _term(
    code: str, levels: Sequence[float], comparison: Comparison, place: Mapping[str, str]
) -> str:
    equal = comparison.equalities
    cases = []
    for level, weight in enumerate(levels):
        extra = place.get(equal.get(level, ""))
        cases.append(f"WHEN {level} THEN {weight!r}::DOUBLE" + (f" + {extra}" if extra else ""))
    return f"CASE {code} {' '.join(cases)} END"


def term_frequency_adjustments(model: MatchModel, part: PartyModel) -> Adjustments:
    """By column: bits that each common value adds, and those of a value never seen twice."""
    of_part = model.frequencies.filter(pc.equal(model.frequencies["party_kind"], part.party_kind))
    return {
        column: _adjustment(
            of_part.filter(pc.equal(of_part["column"], column)),
            max(part.equal_by_chance[column], LEAST),
        )
        for column in columns_with_adjustment(part.compared)
    }


def _adjustment(frequencies: pa.Table, chance: float) -> tuple[pa.Table, float]:
    is_total = pc.is_null(frequencies["value"])
    totals = frequencies.filter(is_total)["records"].to_pylist()
    total = max([2, *totals])
    common = frequencies.filter(pc.invert(is_total))
    ratio = pc.divide(chance * total, pc.cast(common["records"], pa.float64()))
    bits_of = pc.round(pc.log2(ratio), DIGITS)
    values = pa.table({"value": common["value"], "bits": bits_of})
    return values, round(math.log2(chance * total / 2), DIGITS)
