"""Training of a match model on records without labels."""

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
    BlockingRule,
    candidate_rules,
    choose_rules,
    features_of_key,
    pair_budget,
)
from outsidein.identity.matching.comparisons import Comparison, columns_read
from outsidein.identity.matching.duckdb.comparison_selection import (
    possible_blocking_keys,
    select_blocking_keys,
    select_comparisons,
)
from outsidein.identity.matching.duckdb.pattern_counts import (
    count_pairs_per_rule,
    create_probed_pairs,
    create_random_pairs,
    estimate_pairs_per_rule,
    probed_pair_patterns,
    random_pair_patterns,
    shuffled_records_sql,
)
from outsidein.identity.matching.duckdb.prepared_records import (
    other_identifier_kinds,
    trait_columns,
    with_text_columns,
)
from outsidein.identity.matching.duckdb.record_hashes import hash_columns_sql
from outsidein.identity.matching.duckdb.term_frequencies import (
    chance_of_equality,
    count_common_values,
    scale_to_population,
)
from outsidein.identity.matching.duckdb.work_tables import WorkTables, work_tables
from outsidein.identity.matching.match_model import (
    FREQUENCIES,
    LearnedComparison,
    MatchModel,
    PartyModel,
)
from outsidein.identity.matching.mixture import (
    Codes,
    FittedMixture,
    LevelPatterns,
    Numbers,
    fit_mixture,
    level_shares,
    match_probability,
)

FEWEST_RECORDS = 50
THRESHOLD = 0.5
DIGITS = 8


def train(
    backend: Backend,
    records: ir.Table,
    *,
    now: datetime,
    seed: int = 1,
    population: Mapping[str, int] | None = None,
) -> MatchModel:
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
        population: Number of records by kind of party, if `records` is a sample of them:
            frequencies of values and pairs per rule are scaled up to it.

    Raises:
        TooLittleData: Neither persons nor organisations are enough to learn from.
    """
    parts, frequencies, most_records = [], [], 0
    for party_kind in ("person", "organisation"):
        with work_tables(backend) as work:
            view = work.view("records", records.filter(records.party_kind == party_kind))
            [(number,)] = work.rows(f"SELECT count(*) FROM {view}")
            number = int(str(number))
            most_records = max(most_records, number)
            if number < FEWEST_RECORDS:
                continue
            sample = _SampleSize((population or {}).get(party_kind, number), number, seed)
            part, common = _train_party(
                work, view, trait_columns(records), sample, party_kind=party_kind
            )
            if part:
                parts.append(part)
                frequencies.append(common)
    if not parts:
        raise TooLittleData(
            most_records, needed=FEWEST_RECORDS, of="comparable records of one kind"
        )
    return MatchModel(
        trained_at=now.isoformat(timespec="seconds"),
        threshold=THRESHOLD,
        parts=tuple(parts),
        frequencies=pa.concat_tables(frequencies).cast(FREQUENCIES),
        packages={name: version(name) for name in ("outsidein", "duckdb", "numpy", "anyascii")},
    )


class _SampleSize(NamedTuple):
    """The records that are learned from, of those there are."""

    records: int
    number: int
    seed: int

    @property
    def share(self) -> float:
        return self.number / self.records


def _train_party(
    work: WorkTables, view: str, own: list[str], sample: _SampleSize, *, party_kind: str
) -> tuple[PartyModel | None, pa.Table]:
    others = other_identifier_kinds(work, view)
    compared = select_comparisons(work, view, others, own)
    keys = possible_blocking_keys(compared)
    sides = shuffled_records_sql(work, view, sample.seed)
    codes = work.table(
        "codes", hash_columns_sql(sides, {*keys, "initial"}, beside=("i", "shuffled"))
    )
    keys = select_blocking_keys(work, codes, keys)
    estimates = estimate_pairs_per_rule(work, codes, keys, number=sample.number, share=sample.share)
    rules = candidate_rules(estimates, records=sample.records)
    if not compared or not rules:
        return None, FREQUENCIES.empty_table()
    common = count_common_values(work, view, compared, party_kind)
    equal = chance_of_equality(common, compared)
    probed, probes = create_probed_pairs(
        work, codes, rules, number=sample.number, share=sample.share
    )
    texts = with_text_columns(work, view, columns_read(compared))
    patterns = probed_pair_patterns(work, texts, probed, compared, len(rules))
    chance = random_pair_patterns(
        work, texts, create_random_pairs(work, codes, sample.number), compared
    )
    fitted = _fit_comparisons(
        compared, rules, patterns, chance, equal, pairs=probes * (sample.number - 1.0)
    )
    return _party_model(
        work,
        codes,
        party_kind,
        sample,
        compared=compared,
        rules=rules,
        patterns=patterns,
        fitted=fitted,
        equal=equal,
        most=pair_budget(sample.records) * 2.0 * probes * sample.share / sample.records,
        kinds=others,
        traits=own,
    ), scale_to_population(common, sample.share)


def _fit_comparisons(
    compared: list[Comparison],
    rules: list[BlockingRule],
    patterns: LevelPatterns,
    drawn: tuple[Codes, Numbers],
    equal: dict[str, float],
    *,
    pairs: float,
) -> FittedMixture:
    sizes = [len(c.labels) for c in compared]
    codes, counts = drawn
    chance = level_shares(codes, counts, sizes, smoothing=0.5)
    for place, comparison in enumerate(compared):
        top = sizes[place] - 1
        if top in comparison.equalities:
            exact = max(equal[comparison.equalities[top]], 1e-9)
            rest = chance[place][:top].sum()
            chance[place] *= (1 - exact) / rest
            chance[place][top] = exact
        for code, sharing in _serial_chances(comparison, equal).items():
            chance[place][code] = max(sharing, chance[place][code])
            chance[place] /= chance[place].sum()
    active = np.array(
        [
            [
                not {part for key in rule.columns for part in features_of_key(key)} & set(c.columns)
                for c in compared
            ]
            for rule in rules
        ]
    )
    return fit_mixture(
        patterns, active, chance, pairs=pairs, is_shared=[c.is_shared for c in compared]
    )


def _serial_chances(comparison: Comparison, equal: dict[str, float]) -> dict[int, float]:
    """Chance, by code of a serial level, that two records share its value and no nearer one."""
    equalities = comparison.equalities
    return {
        code: equal[column] - max(equal[c] for nearer, c in equalities.items() if nearer > code)
        for code, column in comparison.serial_levels.items()
    }


def _party_model(
    work: WorkTables,
    codes: str,
    party_kind: str,
    sample: _SampleSize,
    *,
    compared: list[Comparison],
    rules: list[BlockingRule],
    patterns: LevelPatterns,
    fitted: FittedMixture,
    equal: dict[str, float],
    most: float,
    kinds: list[str],
    traits: list[str],
) -> PartyModel:
    matches = patterns.counts * match_probability(patterns.codes, fitted)
    picked = choose_rules(patterns.found_by, patterns.counts, matches, most=most)
    covered = patterns.found_by[:, picked].any(axis=1)
    weighed = tuple(
        LearnedComparison(c.name, c.labels, *(tuple(x.round(DIGITS).tolist()) for x in learned))
        for c, *learned in zip(compared, fitted.m, fitted.u, fitted.relatives, strict=True)
    )
    return PartyModel(
        party_kind=party_kind,
        records=sample.records,
        comparisons=weighed,
        rules=tuple(
            count_pairs_per_rule(
                work, codes, [rules[place] for place in picked], share=sample.share
            )
        ),
        covered=round(float(matches[covered].sum() / matches.sum()), 4),
        matching=float(f"{fitted.matching:.6g}"),
        related=float(f"{fitted.related:.6g}"),
        equal_by_chance={name: float(f"{p:.6g}") for name, p in sorted(equal.items())},
        kinds=tuple(kinds),
        traits=tuple(traits),
    )
