import numpy as np
import pytest

from outsidein.identity.matching.mixture import LevelPatterns, fit_mixture, match_probability

M = [[0.0, 0.1, 0.2, 0.7], [0.0, 0.05, 0.95], [0.0, 0.2, 0.8], [0.0, 0.1, 0.1, 0.8]]
U = [[0.0, 0.98, 0.015, 0.005], [0.0, 0.95, 0.05], [0.0, 0.99, 0.01], [0.0, 0.97, 0.02, 0.01]]
PAIRS = 4_000_000
MATCHING = 0.005


@pytest.fixture(scope="module")
def simulated():
    """Patterns of all pairs, as rules on equality of the first, third and fourth find them."""
    rng = np.random.default_rng(7)
    is_match = np.arange(PAIRS) < PAIRS * MATCHING
    codes = np.empty((PAIRS, len(M)), dtype=np.int64)
    for place, (m, u) in enumerate(zip(M, U, strict=True)):
        codes[is_match, place] = rng.choice(len(m), is_match.sum(), p=m)
        codes[~is_match, place] = rng.choice(len(u), (~is_match).sum(), p=u)
    distinct, where = np.unique(codes, axis=0, return_inverse=True)
    counts = np.bincount(where.ravel()).astype(float)
    matches = np.bincount(where.ravel(), weights=is_match)
    tops = [3, 2, 2, 3]
    rules = [0, 2, 3]
    found_by = np.stack([distinct[:, c] == tops[c] for c in rules], axis=1)
    kept = found_by.any(axis=1)
    active = np.array([[c != rule for c in range(len(M))] for rule in rules])
    chance = [
        np.bincount(distinct[:, c], weights=counts, minlength=len(U[c])) / PAIRS
        for c in range(len(M))
    ]
    patterns = LevelPatterns(distinct[kept], counts[kept], found_by[kept])
    return patterns, active, chance, matches[kept]


@pytest.fixture(scope="module")
def fitted(simulated):
    patterns, active, chance, _ = simulated
    return fit_mixture(patterns, active, chance, pairs=PAIRS, is_shared=[False] * len(M))


def test_levels_of_matches_and_of_strangers_are_recovered_without_labels(fitted):
    for found, true in zip(fitted.m, M, strict=True):
        assert found == pytest.approx(true, abs=0.02)
    for found, true in zip(fitted.u, U, strict=True):
        assert found == pytest.approx(true, abs=0.003)


def test_the_share_of_matches_is_recovered(fitted):
    assert fitted.matching == pytest.approx(MATCHING, rel=0.05)


def test_probabilities_come_true(simulated, fitted):
    patterns, _, _, matches = simulated
    chance = match_probability(patterns.codes, fitted)
    for low, high in ((0.0, 0.2), (0.2, 0.8), (0.8, 0.99), (0.99, 1.01)):
        here = (chance >= low) & (chance < high)
        expected = (chance * patterns.counts)[here].sum()
        assert matches[here].sum() == pytest.approx(expected, rel=0.2, abs=60)


def test_chance_agreement_is_rid_of_what_matches_explain(simulated):
    patterns, active, chance, _ = simulated
    fitted = fit_mixture(patterns, active, chance, pairs=PAIRS, is_shared=[False] * len(M))
    assert fitted.u[0][-1] < chance[0][-1]
    assert fitted.u[0][-1] == pytest.approx(U[0][-1], rel=0.15)
