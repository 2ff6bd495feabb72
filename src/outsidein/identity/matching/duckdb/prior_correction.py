"""Correction of the prior odds of a match by clerical decisions."""

import math
from collections.abc import Sequence
from dataclasses import replace

import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend

from outsidein.identity.matching.duckdb.match_weights import (
    create_weight_inputs,
    match_weight_sql,
    prior_bits,
)
from outsidein.identity.matching.duckdb.work_tables import work_tables
from outsidein.identity.matching.match_model import MatchModel, PartyModel
from outsidein.identity.matching.mixture import Numbers

CAUTION_BITS = 2.0
"""Before anybody decided, the odds of a match are held to be right to within about this (log2)."""
STEPS = 50
DIGITS = 6


def correct_prior(
    backend: Backend, records: ir.Table, model: MatchModel, decided: ir.Table
) -> MatchModel:
    """Move the odds of a match so that the model agrees with what people decided.

    What each agreement counts for stays as it was learned from all pairs; a few hundred verdicts
    say little about it. How likely a match is beforehand they do tell: of pairs that the model
    holds alike, reviewers accept more or fewer than it expects. Which pairs were reviewed may
    depend on their weight, but not on more than that.

    Args:
        backend: The engine in which both tables lie.
        records: Prepared records, from `prepare`.
        model: What was learned without labels.
        decided: `DECISIONS` in force.
    """
    parts = []
    for part in model.parts:
        weights, is_match = _weighed(backend, records, model, part, decided)
        moved = prior_shift(weights + prior_bits(part), is_match)
        odds = 2.0 ** (prior_bits(part) + moved)
        parts.append(
            replace(
                part,
                matching=float(f"{odds / (1 + odds):.6g}"),
                accepted=int(is_match.sum()),
                rejected=int((1 - is_match).sum()),
            )
        )
    return replace(model, parts=tuple(parts))


def prior_shift(expected_bits: Numbers, is_match: Numbers) -> float:
    """Say by how much (log2) the odds of pairs must move to agree with verdicts on them.

    The likeliest shift, where beforehand none is likeliest: with no verdicts it is 0, and however
    clear a few of them are it stays finite.

    Args:
        expected_bits: Log2 of the odds that the model gives each pair.
        is_match: 1 where it was accepted, 0 where rejected.

    Example:
        >>> prior_shift(np.zeros(100), np.ones(100)) > 3
        True
        >>> prior_shift(np.zeros(0), np.zeros(0))
        0.0
    """
    order = np.lexsort((is_match, expected_bits))
    logits, seen = expected_bits[order] * math.log(2), is_match[order]
    caution, moved = (CAUTION_BITS * math.log(2)) ** 2, 0.0
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-np.clip(logits + moved, -60, 60)))
        slope = float((seen - share).sum()) - moved / caution
        bend = float((share * (1 - share)).sum()) + 1 / caution
        step = max(-1.0, min(1.0, slope / bend))
        moved += step
        if abs(step) < 1e-12:  # noqa: PLR2004  as good as settled
            break
    return round(moved / math.log(2), DIGITS)


def _weighed(
    backend: Backend, records: ir.Table, model: MatchModel, part: PartyModel, decided: ir.Table
) -> tuple[Numbers, Numbers]:
    with work_tables(backend) as work:
        view = work.view("records", records.filter(records.party_kind == part.party_kind))
        inputs = create_weight_inputs(work, view, model, part)
        pairs = work.table("decided", _numbered(work.view("verdicts", decided), view))
        weighed = match_weight_sql(part, pairs, inputs)
        rows = backend.con.execute(
            f"SELECT weight, is_match FROM ({weighed}) JOIN {pairs} USING (li, ri)"
        ).fetchnumpy()
    return np.asarray(rows["weight"], np.float64), np.asarray(rows["is_match"], np.float64)


def _numbered(verdicts: str, table: str) -> str:
    ends: Sequence[str] = (
        f"JOIN {table} l ON l.source = d.source AND l.record_id = d.record_id",
        f"JOIN {table} r ON r.source = d.to_source AND r.record_id = d.to_record_id",
    )
    is_match = "CASE WHEN d.kind = 'always' THEN 1.0 ELSE 0.0 END AS is_match"
    return f"SELECT l.i AS li, r.i AS ri, {is_match} FROM {verdicts} d {' '.join(ends)}"
