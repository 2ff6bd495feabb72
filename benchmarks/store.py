"""Deliveries a second through the outbox, claimed and settled one by one, on both databases.

`python -m benchmarks.store` uses SQLite; with an address it uses that PostgreSQL database too:
`python -m benchmarks.store postgresql://login:password@host/empty_database`.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from outsidein.delivery.dispatch import deliver_next
from outsidein.delivery.outbox import Claimed, Outgoing, claim, counts, delivered, post
from outsidein.store.engine import open_store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER = 3_000
AT_ONCE = 50


def filled(store: Engine, name: str) -> None:
    """Post deliveries, some in each transaction."""
    for first in range(0, NUMBER, AT_ONCE):
        with Session(store) as session, session.begin():
            for number in range(first, first + AT_ONCE):
                key = f"{name}:{number}"
                post(session, Outgoing(key, "mail", "a@shop.example", "s", "b", key, NOW))


def one_by_one(store: Engine, worker: str) -> None:
    """Deliver all, each claimed and settled in transactions of its own, to nowhere."""
    rng = Random(1)  # noqa: S311

    def taken(claimed: Claimed, now: datetime) -> None:
        """Take it without a word."""

    while deliver_next(store, taken, kind="mail", now=NOW, rng=rng, worker=worker):
        pass


def many_at_once(store: Engine, worker: str) -> None:
    """Claim and settle a number of them in one transaction each."""
    while True:
        with Session(store) as session, session.begin():
            lease = timedelta(minutes=5)
            held = claim(session, now=NOW, lease=lease, worker=worker, kind="mail", most=AT_ONCE)
        if not held:
            return
        with Session(store) as session, session.begin():
            for claimed in held:
                delivered(session, claimed, now=NOW)


def rate(store: Engine, run: Callable[[Engine, str], None], *, workers: int) -> float:
    """Return deliveries a second."""
    filled(store, f"{run.__name__}{workers}")
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(lambda number: run(store, f"w{number}"), range(workers)))
    seconds = time.perf_counter() - began
    with Session(store) as session:
        if counts(session)["waiting"]:
            raise SystemExit("some were not delivered")
    return NUMBER / seconds


def main(stores: dict[str, Engine]) -> None:
    """Print a row for each store and way."""
    print("| store | way | workers | deliveries/s |\n|---|---|---|---|")
    for name, store in stores.items():
        for run in (one_by_one, many_at_once):
            for workers in (1, 2):
                found = rate(store, run, workers=workers)
                print(f"| {name} | {run.__name__} | {workers} | {found:,.0f} |", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        stores = {"SQLite": open_store(Path(folder) / "store.db")}
        if sys.argv[1:]:
            stores["PostgreSQL"] = open_store(make_url(sys.argv[1]))
        main(stores)
