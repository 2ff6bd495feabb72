"""Fellegi and Sunter's model fitted without labels, from counts of patterns of levels.

A pair of records is of one customer (`m`), of two strangers (`u`), or of two people who share a
home (`relatives`): those agree on address, phone and family name and on nothing else. Given what
a pair is, its comparisons are taken as independent. Codes of levels: 0 is unknown and says
nothing, 1 differs, more is more alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

LEAST = 1e-9
MOST_STEPS, SETTLED = 40, 1e-4
CHANCE_SHARE = 0.05
"""At least this share of a level's agreements between random records is held to be chance."""
ALIKE_BY_KINSHIP = 0.02
"""How often relatives agree on their own things as one person does: twins, fathers and sons."""


@dataclass(frozen=True, slots=True)
class LevelPatterns:
    """Distinct patterns of levels, how often each was seen, and which rules find such pairs."""

    codes: Codes
    """One row per pattern, one column per comparison."""
    counts: Numbers
    found_by: NDArray[np.bool_]
    """One row per pattern, one column per blocking rule."""


@dataclass(frozen=True, slots=True)
class FittedMixture:
    """Probabilities of each level (by code, unknown first) and how common each kind of pair is."""

    m: list[Numbers]
    u: list[Numbers]
    relatives: list[Numbers]
    matching: float
    """Share of all pairs that are of one customer."""
    related: float
    """Share of all pairs that are of two people who share a home."""


def pattern_weights(codes: Codes, over: Sequence[Numbers], under: Sequence[Numbers]) -> Numbers:
    """Weight of each pattern: log2 of its probability under one kind of pair over another's."""
    total = np.zeros(len(codes))
    for place, (one, other) in enumerate(zip(over, under, strict=True)):
        total += level_weights(one, other)[codes[:, place]]
    return total


def level_weights(one: Numbers, other: Numbers) -> Numbers:
    """Weight of each level, log2; 0 for unknown."""
    weights: Numbers = np.log2(np.maximum(one, LEAST)) - np.log2(np.maximum(other, LEAST))
    weights[0] = 0.0
    return weights


def level_shares(
    codes: Codes, counts: Numbers, levels: Sequence[int], smoothing: float
) -> list[Numbers]:
    """Share of each level among the pairs where it is known; `levels` are numbers of codes."""
    level_shares_by_comparison = []
    for place, size in enumerate(levels):
        seen = np.bincount(codes[:, place], weights=counts, minlength=size)
        smoothed = np.append(0.0, seen[1:] + smoothing)
        level_shares_by_comparison.append(smoothed / smoothed.sum())
    return level_shares_by_comparison


def initial_m(levels: Sequence[int]) -> list[Numbers]:
    """Levels of a match before anything is known: mostly equal, seldom different."""
    guesses = []
    for size in levels:
        guess = np.full(size, 0.15 / max(size - 3, 1))
        guess[0], guess[1], guess[-1] = 0.0, 0.08, 0.8
        guesses.append(guess / guess.sum())
    return guesses


def fit_mixture(
    patterns: LevelPatterns,
    active: NDArray[np.bool_],
    chance: Sequence[Numbers],
    *,
    pairs: float,
    is_shared: Sequence[bool],
    rounds: int = 5,
) -> FittedMixture:
    """Fit the model.

    The levels of matches come from all blocking rules together, each pair judged only by what
    its rule does not demand. Agreements of random pairs (`chance`) are rid of those that matches
    explain, which counts where many records are of few customers.

    Args:
        patterns: Patterns among the pairs that the rules find.
        active: Which comparison (column) a rule (row) leaves open.
        chance: Shares of levels among random pairs, by comparison.
        pairs: How many pairs there are in all, found or not, on the scale of the counts.
        is_shared: Which comparisons relatives tend to agree on.
        rounds: How often `m` and `u` are fitted in turn.
    """
    sizes = [len(share) for share in chance]
    m, u = initial_m(sizes), [share.copy() for share in chance]
    relatives = [guess if own else share for guess, share, own in zip(m, u, is_shared, strict=True)]
    blocks = _blocks(patterns, active)
    fitted = FittedMixture(
        m, u, relatives, matching=patterns.counts.sum() / pairs / 10, related=1e-7
    )
    for _ in range(rounds):
        m = _levels_of_matches(blocks, fitted)
        fitted = FittedMixture(m, fitted.u, fitted.relatives, fitted.matching, fitted.related)
        fitted = _kinds_of_pairs(patterns, fitted, pairs=pairs, is_shared=is_shared)
        u = [_by_chance(c, m, fitted.matching) for c, m in zip(chance, fitted.m, strict=True)]
        relatives = [
            r if shared else (1 - ALIKE_BY_KINSHIP) * by_chance + ALIKE_BY_KINSHIP * match
            for r, by_chance, match, shared in zip(
                fitted.relatives, u, fitted.m, is_shared, strict=True
            )
        ]
        fitted = FittedMixture(fitted.m, u, relatives, fitted.matching, fitted.related)
    return fitted


def match_probability(codes: Codes, fitted: FittedMixture) -> Numbers:
    """Probability that a pair of each pattern is of one customer."""
    match, related, stranger = _likelihoods(codes, fitted)
    share: Numbers = match / (match + related + stranger)
    return share


@dataclass(frozen=True, slots=True)
class _Block:
    """Pairs that one rule finds, as patterns of what it leaves open."""

    codes: Codes
    counts: Numbers
    open: Codes


def _blocks(patterns: LevelPatterns, active: NDArray[np.bool_]) -> list[_Block]:
    blocks = []
    for rule in range(active.shape[0]):
        is_found = patterns.found_by[:, rule]
        left_open = np.flatnonzero(active[rule])
        if len(left_open) > 1 and is_found.any():
            codes, place = np.unique(
                patterns.codes[is_found][:, left_open], axis=0, return_inverse=True
            )
            counts = np.bincount(place.ravel(), weights=patterns.counts[is_found]).astype(
                np.float64
            )
            blocks.append(_Block(codes, counts, left_open))
    return blocks


def _levels_of_matches(blocks: Sequence[_Block], fitted: FittedMixture) -> list[Numbers]:
    """EM over all blocks: one `m` for all, shares of matches and of relatives for each."""
    of_block = np.tile([0.2, 0.1], (len(blocks), 1))
    m = list(fitted.m)
    for _ in range(MOST_STEPS):
        seen = [np.full(len(level), 1e-3) for level in m]
        for place, block in enumerate(blocks):
            match, kin = _expected(block, of_block[place], m, fitted)
            total = block.counts.sum()
            of_block[place] = np.clip([match.sum() / total, kin.sum() / total], 1e-6, 0.99)
            of_block[place] /= max(of_block[place].sum() / 0.999, 1)
            for column, c in enumerate(block.open):
                seen[c] += np.bincount(block.codes[:, column], weights=match, minlength=len(m[c]))
        updated = [_normed(s, floor=1e-4) for s in seen]
        moved = max(np.abs(a - b).max() for a, b in zip(updated, m, strict=True))
        m = updated
        if moved < SETTLED:
            break
    return m


def _expected(
    block: _Block, block_shares: Numbers, m: Sequence[Numbers], fitted: FittedMixture
) -> tuple[Numbers, Numbers]:
    """Expected matches and expected relatives among the pairs of each pattern of a block."""
    u = [fitted.u[c] for c in block.open]
    to_match = pattern_weights(block.codes, [m[c] for c in block.open], u)
    to_kin = pattern_weights(block.codes, [fitted.relatives[c] for c in block.open], u)
    match = block_shares[0] * np.exp2(np.clip(to_match, -60, 60))
    kin = block_shares[1] * np.exp2(np.clip(to_kin, -60, 60))
    total = match + kin + 1 - block_shares.sum()
    return block.counts * match / total, block.counts * kin / total


def _kinds_of_pairs(
    patterns: LevelPatterns, fitted: FittedMixture, *, pairs: float, is_shared: Sequence[bool]
) -> FittedMixture:
    """How many pairs match and how many are relatives; pairs that no rule finds are strangers."""
    matching, related, relatives = fitted.matching, fitted.related, list(fitted.relatives)
    for _ in range(30):
        now = FittedMixture(fitted.m, fitted.u, relatives, matching, related)
        match, kin, stranger = _likelihoods(patterns.codes, now)
        total = match + kin + stranger
        matches = float((patterns.counts * match / total).sum())
        kinship = patterns.counts * kin / total
        matching = max(matches / pairs, 1e-12)
        related = max(float(kinship.sum()) / pairs, 1e-15)
        for place, shared in enumerate(is_shared):
            if shared:
                seen = np.bincount(
                    patterns.codes[:, place], weights=kinship, minlength=len(relatives[place])
                )
                relatives[place] = _normed(seen + 1e-3 * fitted.m[place], floor=1e-4)
    return FittedMixture(fitted.m, fitted.u, relatives, matching, related)


def _likelihoods(codes: Codes, fitted: FittedMixture) -> tuple[Numbers, Numbers, Numbers]:
    """Of each pattern under each kind of pair, times that kind's share, over that of strangers."""
    match = fitted.matching * np.exp2(pattern_weights(codes, fitted.m, fitted.u))
    related = fitted.related * np.exp2(pattern_weights(codes, fitted.relatives, fitted.u))
    return match, related, np.full(len(codes), 1 - fitted.matching - fitted.related)


def _by_chance(chance: Numbers, m: Numbers, matching: float) -> Numbers:
    """Take out of the agreements of random pairs what matches explain."""
    left = np.maximum(chance - matching * m, CHANCE_SHARE * chance)
    left[0] = 0.0
    share: Numbers = left / left.sum()
    return share


def _normed(seen: Numbers, *, floor: float) -> Numbers:
    share = seen.copy()
    share[0] = 0.0
    share[1:] = np.maximum(share[1:] / max(share[1:].sum(), LEAST), floor)
    normed: Numbers = share / share.sum()
    return normed
