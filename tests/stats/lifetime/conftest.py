# ruff: noqa: N806  (T is the literature's letter)
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from outsidein.stats.lifetime.histories import compress_histories


def day(text):
    return int(np.datetime64(text, "D").astype(int))


class Cdnow(NamedTuple):
    """The papers' 2,357 customers, one element each: 39 weeks of calibration and of hold-out."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    held_out: np.ndarray
    mean_spend: np.ndarray

    @property
    def histories(self):
        return compress_histories(self.x, self.t_x, self.T)[0]


@pytest.fixture(scope="session")
def cdnow():
    """The sample as the package `lifetimes` ships it; only its data file is read."""
    (package,) = find_spec("lifetimes").submodule_search_locations
    sample = np.loadtxt(Path(package) / "datasets" / "CDNOW_sample.txt")
    dates = [f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in sample[:, 2].astype(int).astype(str)]
    days = np.array(dates, dtype="datetime64[D]").astype(np.int64)
    return summarise(sample[:, 0].astype(np.int64), days, sample[:, 4])


def summarise(ids, days, dollars):
    """One purchase per customer and day; spends of repeat purchases in the calibration."""
    end = day("1997-09-30")
    visits, place = np.unique(np.stack([ids, days], axis=1), axis=0, return_inverse=True)
    spend = np.bincount(place, dollars)
    _, first, who = np.unique(visits[:, 0], return_index=True, return_inverse=True)
    when, start = visits[:, 1], visits[first, 1]
    calibrated = when <= end
    repeat = calibrated & (when > start[who])
    x = np.bincount(who, repeat)
    last = start.copy()
    np.maximum.at(last, who[calibrated], when[calibrated])
    mean_spend = np.bincount(who, spend * repeat) / np.maximum(x, 1)
    held_out = np.bincount(who, ~calibrated)
    return Cdnow(x.astype(int), last - start, end - start, held_out, mean_spend)


@pytest.fixture(scope="session")
def simulate_dropout():
    """Customers who leave with probability p after each purchase; times in days, rates weekly."""

    def simulate(seed, n, *, r, alpha, a, b, future=0, leaves_at_once=False):
        rng = np.random.default_rng(seed)
        T = rng.integers(189, 274, n)
        rate, p = rng.gamma(r, 1 / alpha, n) / 7, rng.beta(a, b, n)
        x, later, last, now = np.zeros(n, int), np.zeros(n, int), np.zeros(n), np.zeros(n)
        active = np.arange(n)
        if leaves_at_once:
            active = active[rng.random(n) >= p]
        while active.size:
            now[active] += rng.exponential(1 / np.maximum(rate[active], 1e-12))
            active = active[now[active] <= T[active] + future]
            seen = now[active] <= T[active]
            x[active[seen]] += 1
            last[active[seen]] = now[active[seen]]
            later[active[~seen]] += 1
            active = active[rng.random(active.size) >= p[active]]
        return x, np.floor(last).astype(int), T, later

    return simulate


@pytest.fixture(scope="session")
def simulate_pareto():
    """Customers who leave at an exponential time; times in days, rates weekly."""

    def simulate(seed, n, *, r, alpha, s, beta, future=0):
        rng = np.random.default_rng(seed)
        T = rng.integers(189, 274, n)
        rate = rng.gamma(r, 1 / alpha, n) / 7
        life = rng.exponential(1 / np.maximum(rng.gamma(s, 1 / beta, n) / 7, 1e-12))
        seen = np.minimum(T, life)
        x = rng.poisson(rate * seen)
        last = np.floor(seen * np.where(x > 0, rng.beta(np.maximum(x, 1), 1), 0)).astype(int)
        later = rng.poisson(rate * np.clip(life - T, 0, future))
        return x, last, T, later

    return simulate
