"""The same fits by the package `lifetimes`, in an environment of its own."""

import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from lifetimes import BetaGeoFitter


def simulated(customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The firm of `benchmarks.cases.simulated`, in weeks."""
    rng = np.random.default_rng(1)
    age = rng.integers(189, 274, customers)
    rate = rng.gamma(0.25, 1 / 4.4, customers) / 7
    lived = age * rng.beta(0.8, 0.6, customers)
    frequency = rng.poisson(rate * lived)
    last = np.where(frequency > 0, lived * rng.beta(np.maximum(frequency, 1), 1), 0)
    return frequency, last.astype(np.int64) / 7, age / 7


def cdnow() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The 2,357 customers of the papers, times in exact sevenths of a week."""
    spec = find_spec("lifetimes")
    (package,) = spec.submodule_search_locations if spec else ()
    rows = np.loadtxt(
        Path(package) / "datasets" / "cdnow_customers_summary.csv", delimiter=",", skiprows=1
    )
    return rows[:, 1], np.rint(rows[:, 2] * 7) / 7, np.rint(rows[:, 3] * 7) / 7


frequency, recency, age = cdnow() if sys.argv[1] == "cdnow" else simulated(100_000)
began = time.perf_counter()
fitter = BetaGeoFitter().fit(frequency, recency, age)
seconds = time.perf_counter() - began
found = ", ".join(f"{name} {value:.4f}" for name, value in fitter.params_.items())
print(f"BG/NBD in {seconds:.2f} s, {len(frequency):,} customers, {found}")
