"""Training: from records without labels to a model that later builds only apply."""

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import NamedTuple

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.errors import TooLittleData
from outsidein.identity.matching.blocking import (
    Rule,
    budget,
    candidates,
    chosen,
    comparands_of,
)
from outsidein.identity.matching.comparison_selection import (
    comparisons_at_hand,
    keys_at_hand,
    possible_keys,
)
from outsidein.identity.matching.comparisons import Comparison, columns_read
from outsidein.identity.matching.match_model import FREQUENCIES, Model, Part, Weighed
from outsidein.identity.matching.mixture import (
    Codes,
    Fitted,
    Numbers,
    Patterns,
    fit,
    probability,
    shares,
)
from outsidein.identity.matching.pattern_counts import (
    counted_pairs,
    estimated_pairs,
    found_patterns,
    probed_pairs,
    random_codes,
    random_pairs,
    shuffled,
)
from outsidein.identity.matching.prepared_records import (
    Scratch,
    kinds,
    readable,
    scratch,
    traits,
)
from outsidein.identity.matching.record_hashes import coded
from outsidein.identity.matching.term_frequencies import common_values, equal_by_chance, scaled

FEWEST_RECORDS = 50
THRESHOLD = 0.5
DIGITS = 8


def train(
    backend: Backend,
    records: ir.Table,
    *,
    now: datetime,
    seed: int = 1,
    there: Mapping[str, int] | None = None,
) -> Model:
    """Learn how much each agreement and difference counts, without labels.

    Chance agreements are measured on random pairs, agreements of matches by expectation
    maximisation over the pairs that many blocking rules find; rules are then chosen that find
    most expected matches within the budget. Equal records in any order and any number of threads
    give an equal model.

    Args:
        backend: The engine in which `records` lies.
        records: Prepared records, from `prepare`.
        now: When the model is trained.
        seed: Seed of the samples.
        there: How many records there are by kind of party, if the comparands are of records
            drawn at random (`drawn`): how common a value is, and how many pairs a rule finds, is
            told on the scale of all.

    Raises:
        TooLittleData: Neither persons nor organisations are enough to learn from.
    """
    parts, frequencies, known = [], [], 0
    for party_kind in ("person", "organisation"):
        with scratch(backend) as made:
            view = made.view("records", records.filter(records.party_kind == party_kind))
            [(number,)] = made.rows(f"SELECT count(*) FROM {view}")
            number = int(str(number))
            known = max(known, number)
            if number < FEWEST_RECORDS:
                continue
            sample = _Sample((there or {}).get(party_kind, number), number, seed)
            part, common = _part(made, view, traits(records), sample, party_kind=party_kind)
            if part:
                parts.append(part)
                frequencies.append(common)
    if not parts:
        raise TooLittleData(known, needed=FEWEST_RECORDS, of="comparable records of one kind")
    return Model(
        trained_at=now.isoformat(timespec="seconds"),
        threshold=THRESHOLD,
        parts=tuple(parts),
        frequencies=pa.concat_tables(frequencies).cast(FREQUENCIES),
        packages={name: version(name) for name in ("outsidein", "duckdb", "numpy", "anyascii")},
    )


class _Sample(NamedTuple):
    """The records that are learned from, of those there are."""

    records: int
    number: int
    seed: int

    @property
    def share(self) -> float:
        return self.number / self.records


def _part(
    made: Scratch, view: str, own: list[str], sample: _Sample, *, party_kind: str
) -> tuple[Part | None, pa.Table]:
    others = kinds(made, view)
    compared = comparisons_at_hand(made, view, others, own)
    keys = possible_keys(compared)
    sides = shuffled(made, view, sample.seed)
    codes = made.table("codes", coded(sides, {*keys, "initial"}, beside=("i", "shuffled")))
    keys = keys_at_hand(made, codes, keys)
    estimates = estimated_pairs(made, codes, keys, number=sample.number, share=sample.share)
    rules = candidates(estimates, records=sample.records)
    if not compared or not rules:
        return None, FREQUENCIES.empty_table()
    common = common_values(made, view, compared, party_kind)
    equal = equal_by_chance(common, compared)
    probed, probes = probed_pairs(made, codes, rules, number=sample.number, share=sample.share)
    texts = readable(made, view, columns_read(compared))
    patterns = found_patterns(made, texts, probed, compared, len(rules))
    chance = random_codes(made, texts, random_pairs(made, codes, sample.number), compared)
    fitted = _fit(compared, rules, patterns, chance, equal, pairs=probes * (sample.number - 1.0))
    return _described(
        made,
        codes,
        party_kind,
        sample,
        compared=compared,
        rules=rules,
        patterns=patterns,
        fitted=fitted,
        equal=equal,
        most=budget(sample.records) * 2.0 * probes * sample.share / sample.records,
        kinds=others,
        traits=own,
    ), scaled(common, sample.share)


def _fit(
    compared: list[Comparison],
    rules: list[Rule],
    patterns: Patterns,
    drawn: tuple[Codes, Numbers],
    equal: dict[str, float],
    *,
    pairs: float,
) -> Fitted:
    sizes = [len(c.labels) for c in compared]
    codes, counts = drawn
    chance = shares(codes, counts, sizes, smoothing=0.5)
    for place, comparison in enumerate(compared):
        top = sizes[place] - 1
        if top in comparison.equalities:
            exact = max(equal[comparison.equalities[top]], 1e-9)
            rest = chance[place][:top].sum()
            chance[place] *= (1 - exact) / rest
            chance[place][top] = exact
    active = np.array(
        [
            [
                not {part for key in rule.columns for part in comparands_of(key)} & set(c.columns)
                for c in compared
            ]
            for rule in rules
        ]
    )
    return fit(patterns, active, chance, pairs=pairs, is_shared=[c.is_shared for c in compared])


def _described(
    made: Scratch,
    codes: str,
    party_kind: str,
    sample: _Sample,
    *,
    compared: list[Comparison],
    rules: list[Rule],
    patterns: Patterns,
    fitted: Fitted,
    equal: dict[str, float],
    most: float,
    kinds: list[str],
    traits: list[str],
) -> Part:
    matches = patterns.counts * probability(patterns.codes, fitted)
    picked = chosen(patterns.found_by, patterns.counts, matches, most=most)
    covered = patterns.found_by[:, picked].any(axis=1)
    weighed = tuple(
        Weighed(c.name, c.labels, *(tuple(x.round(DIGITS).tolist()) for x in learned))
        for c, *learned in zip(compared, fitted.m, fitted.u, fitted.relatives, strict=True)
    )
    return Part(
        party_kind=party_kind,
        records=sample.records,
        comparisons=weighed,
        rules=tuple(
            counted_pairs(made, codes, [rules[place] for place in picked], share=sample.share)
        ),
        covered=round(float(matches[covered].sum() / matches.sum()), 4),
        matching=float(f"{fitted.matching:.6g}"),
        related=float(f"{fitted.related:.6g}"),
        equal_by_chance={name: float(f"{p:.6g}") for name, p in sorted(equal.items())},
        kinds=tuple(kinds),
        traits=tuple(traits),
    )
