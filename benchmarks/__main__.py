"""Runs the benchmarks, prints the table and keeps it in benchmarks/results.md.

Each case is a process of its own; time is its wall time, memory its largest resident set.
`./dev bench` runs them all, `./dev bench grocery purchases_1m` some.
"""

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.firm import write_firm

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results.md"
OUTSIDEIN = Path(sys.executable).with_name("outsidein")
LIFETIMES = ROOT / ".venv-lifetimes"


class Measured(NamedTuple):
    """One case: wall seconds, peak resident set (MB), and what was achieved."""

    seconds: float
    megabytes: float
    remark: str


def measured(command: list[str | Path]) -> Measured:
    """Run a command; its last line of output is the remark."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    output, errors = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(errors)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Measured(seconds, peak, (output.strip().splitlines() or [""])[-1])


def example(name: str) -> Measured | None:
    """Build one example from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a" / "b" / name
        left_out = shutil.ignore_patterns(".outsidein", "report")
        shutil.copytree(ROOT / "examples" / name, place, ignore=left_out)
        (Path(folder) / "shared").symlink_to((ROOT / ".." / "shared").resolve())
        if name != "grocery" and not (Path(folder) / "shared" / "data").exists():
            return None
        return measured([OUTSIDEIN, "build", "--project", place])


def firm(customers: int, lines: int) -> Measured:
    """Build a generated firm; writing its raw data is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "firm"
        write_firm(place, customers=customers, lines=lines, reviews=customers)
        return measured([OUTSIDEIN, "build", "--project", place])


def ours(case: str) -> Measured:
    """Run one case of `benchmarks.cases`."""
    return measured([sys.executable, "-m", "benchmarks.cases", case])


def lifetimes(case: str) -> Measured:
    """Run one case of `benchmarks.oracle` in the environment that `lifetimes` needs."""
    if not LIFETIMES.exists():
        lock = ROOT / "benchmarks" / "lifetimes.lock"
        subprocess.run([sys.executable, "-m", "venv", LIFETIMES], check=True)
        pip = [LIFETIMES / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    return measured([LIFETIMES / "bin" / "python", ROOT / "benchmarks" / "oracle.py", case])


CASES: dict[str, Callable[[], Measured | None]] = {
    "grocery": lambda: example("grocery"),
    "olist": lambda: example("olist"),
    "telco": lambda: example("telco"),
    "online_retail": lambda: example("online_retail"),
    "airport": lambda: example("airport"),
    "call_centre": lambda: example("call_centre"),
    "purchases_cdnow": lambda: ours("purchases_cdnow"),
    "purchases_cdnow by lifetimes": lambda: lifetimes("cdnow"),
    "purchases_100k": lambda: ours("purchases_100k"),
    "purchases_100k by lifetimes": lambda: lifetimes("100k"),
    "purchases_1m": lambda: ours("purchases_1m"),
    "purchases_10m": lambda: ours("purchases_10m"),
    "features": lambda: ours("features"),
    "features by pandas": lambda: ours("features_pandas"),
    "factors": lambda: measured([sys.executable, "-m", "benchmarks.factors"]),
    "texts": lambda: measured([sys.executable, "-m", "benchmarks.text"]),
    "alerts": lambda: measured([sys.executable, "-m", "benchmarks.alerts"]),
    "store": lambda: measured([sys.executable, "-m", "benchmarks.store"]),
    "identity of 1 million": lambda: measured(
        [sys.executable, "-m", "benchmarks.identity_scale", "1000000"]
    ),
    "simulated firm of 1 million": lambda: measured(
        [sys.executable, "-m", "benchmarks.simulate", "--customers", "1000000"]
    ),
    "firm of 1 million": lambda: firm(1_000_000, 20_000_000),
}


def main(names: list[str]) -> None:
    """Run the named cases, all if none, one after the other."""
    lines = [
        "# Results",
        "",
        _machine(),
        "",
        "| case | seconds | peak MB | result |",
        "|---|---|---|---|",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    for name in names or CASES:
        # A child process of its own for each case, for the peak is that of all children so far.
        process = os.fork()
        if process == 0:
            _row(name)
            os._exit(0)
        os.waitpid(process, 0)
    if not names:
        rows = Path(tempfile.gettempdir()) / "outsidein-bench-rows"
        RESULTS.write_text("\n".join([*lines, rows.read_text("utf-8")]), encoding="utf-8")


def _machine() -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}, one run each on a shared "
        "machine: read them as ratios."
    )


def _row(name: str) -> None:
    found = CASES[name]()
    cells = (
        [name, f"{found.seconds:.1f}", f"{found.megabytes:,.0f}", found.remark]
        if found
        else [name, "", "", "needs ../shared/data"]
    )
    line = f"| {' | '.join(cells)} |\n"
    sys.stdout.write(line)
    sys.stdout.flush()
    with (Path(tempfile.gettempdir()) / "outsidein-bench-rows").open("a", encoding="utf-8") as rows:
        rows.write(line)


if __name__ == "__main__":
    (Path(tempfile.gettempdir()) / "outsidein-bench-rows").unlink(missing_ok=True)
    main(sys.argv[1:])
