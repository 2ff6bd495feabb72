"""Cases that run in the product's own environment: fits of purchase models, feature queries."""

import sys
import time
from importlib.util import find_spec
from pathlib import Path

import ibis
import numpy as np
from numpy.typing import NDArray

from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.gammagamma import fit_spend
from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.model import fit_purchases
from outsidein.stats.lifetime.spend_bins import bin_spend

Days = NDArray[np.int64]


def simulated(customers: int) -> tuple[Days, Days, Days, NDArray[np.float64]]:
    """Customers of a BG/NBD firm as (frequency, recency, T, mean spend), in days."""
    rng = np.random.default_rng(1)
    age = rng.integers(189, 274, customers)
    rate = rng.gamma(0.25, 1 / 4.4, customers) / 7
    lived = age * rng.beta(0.8, 0.6, customers)
    frequency = rng.poisson(rate * lived)
    last = np.where(frequency > 0, lived * rng.beta(np.maximum(frequency, 1), 1), 0)
    spend = rng.gamma(6.0 * np.maximum(frequency, 1), 1 / np.maximum(frequency, 1)) * 6
    return frequency.astype(np.int64), last.astype(np.int64), age.astype(np.int64), spend


def cdnow() -> tuple[Days, Days, Days]:
    """The 2,357 customers of the papers, out of the data file of the package `lifetimes`."""
    spec = find_spec("lifetimes")
    (package,) = spec.submodule_search_locations if spec else ()
    rows = np.loadtxt(
        Path(package) / "datasets" / "cdnow_customers_summary.csv", delimiter=",", skiprows=1
    )
    days = np.rint(rows[:, 1:4] * [1, 7, 7]).astype(np.int64)
    return days[:, 0], days[:, 1], days[:, 2]


def purchases(frequency: Days, recency: Days, age: Days) -> str:
    """Compress and fit, timed inside the process."""
    began = time.perf_counter()
    histories, _ = compress_histories(frequency, recency, age)
    fitted = fit_purchases(BG_NBD, histories)
    seconds = time.perf_counter() - began
    return (
        f"BG/NBD in {seconds:.2f} s, {len(frequency):,} customers as {histories.T.size:,} rows, "
        f"log-likelihood {fitted.log_likelihood:,.2f}"
    )


def spending(frequency: Days, spend: NDArray[np.float64]) -> str:
    """Bin and fit Gamma-Gamma."""
    began = time.perf_counter()
    bins, _ = bin_spend(frequency[frequency > 0], spend[frequency > 0])
    fit_spend(bins.spends)
    return f"; Gamma-Gamma on binned spend in {time.perf_counter() - began:.2f} s"


def features(*, by_pandas: bool) -> str:
    """Recency, frequency and money with two distinct counts over 10 million lines."""
    con = ibis.duckdb.connect()
    con.raw_sql(
        "CREATE TABLE lines AS SELECT (hash(i) % 1000000)::BIGINT AS customer, i // 4 AS number, "
        "(hash(i + 1) % 1000)::INT AS day, (hash(i + 2) % 9000)::BIGINT AS cents, "
        "(hash(i + 3) % 24)::INT AS category FROM range(10000000) r(i)"
    )
    lines = con.table("lines")
    frame = lines.to_pandas() if by_pandas else None
    began = time.perf_counter()
    if frame is not None:
        grouped = frame.groupby("customer")
        rows = len(
            grouped.agg(
                last=("day", "max"),
                orders=("number", "nunique"),
                categories=("category", "nunique"),
                cents=("cents", "sum"),
            )
        )
    else:
        found = lines.group_by("customer").aggregate(
            last=lines.day.max(),
            orders=lines.number.nunique(),
            categories=lines.category.nunique(),
            cents=lines.cents.sum(),
        )
        rows = found.to_pyarrow().num_rows
    return f"{rows:,} customers out of 10 million lines in {time.perf_counter() - began:.2f} s"


def run(case: str) -> str:
    """Run one case and say what came of it."""
    if case == "purchases_cdnow":
        return purchases(*cdnow())
    if case.startswith("features"):
        return features(by_pandas=case.endswith("pandas"))
    customers = {"100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}[
        case.removeprefix("purchases_")
    ]
    frequency, recency, age, spend = simulated(customers)
    return purchases(frequency, recency, age) + spending(frequency, spend)


if __name__ == "__main__":
    print(run(sys.argv[1]))
