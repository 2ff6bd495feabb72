"""How long a simulated firm takes: `python -m benchmarks.simulate --customers 1000000`.

Surveys are asked so seldom that a million customers give about a million signals. Prints one line
of `benchmarks/results.md`: wall seconds, the largest resident set of any process, and the rows.
"""

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from outsidein.project.declarations import declare
from outsidein.simulate.declaration import Firm, default_table, with_replacements
from outsidein.simulate.simulation import simulate

SELDOM = {"survey": {"invited": 0.02, "invited_after_failure": 0.1}}
ITEMS = 7
"""Signals of a response, on average."""


def main() -> None:
    """Simulate once and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--folder", type=Path, help="kept if given")
    told = asked.parse_args()
    firm = declare(Firm, with_replacements(default_table(), SELDOM), file="benchmarks/simulate.py")
    with TemporaryDirectory() as temporary:
        folder = told.folder or Path(temporary) / "firm"
        began = time.perf_counter()
        made = simulate(firm, folder, customers=told.customers, seed=1, workers=told.workers)
        seconds = time.perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak, busy = max(u.ru_maxrss for u in used), sum(u.ru_utime + u.ru_stime for u in used)
    lines, responses = made.rows["order_lines"], made.rows["responses"]
    print(
        f"| simulate {told.customers:,} customers | {seconds:.1f} | {peak / 1024:,.0f} | "
        f"{lines:,} order lines, about {responses * ITEMS:,} signals; {busy:.0f} s of work on "
        f"{told.workers} cores |"
    )


if __name__ == "__main__":
    main()
