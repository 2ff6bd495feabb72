"""Deliveries a second through a worker's loop, to nowhere, on both databases.

Mails are sent one at a time, each marked as under way before and settled after; webhooks by the
fifty. Only the outbox is measured: what a receiver takes comes on top.

`python -m benchmarks.store` uses SQLite; with an address it uses that PostgreSQL database too:
`python -m benchmarks.store postgresql://login:password@host/empty_database`.
"""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Literal, get_args

from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.delivery_list import deliveries_by_state
from outsidein.delivery.dispatch import Outbox
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.store.store_engine import open_store
from outsidein.worker.duties import delivery_duty
from outsidein.worker.senders import Sender
from outsidein.worker.worker import run_duties_once

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER = 3_000
AT_ONCE = 50
MANY = 1_000_000
TO = {"mail": ("a@shop.example", "b"), "webhook": ("https://shop.example/hook", "{}")}
Kind = Literal["mail", "webhook"]


def filled(store: Engine, name: str, kind: Kind) -> None:
    """Post deliveries, some in each transaction."""
    to, body = TO[kind]
    for first in range(0, NUMBER, AT_ONCE):
        with Session(store) as session, session.begin():
            for number in range(first, first + AT_ONCE):
                key = f"{name}:{number}"
                delivery = OutgoingDelivery(key, kind, to, "s", body, key, NOW)
                post_delivery(session, delivery, most_a_day=MANY)


def loop(store: Engine, worker: str, kind: Kind) -> None:
    """Go round a worker's duty until nothing is due, with a receiver that takes all at once."""

    def taken(claimed: ClaimedDelivery, now: datetime) -> None:
        """Take it without a word."""

    outbox = Outbox(store, kind, lambda: datetime.now(UTC), Random(1), worker)  # noqa: S311
    run_duties_once(
        [delivery_duty(outbox, Sender(taken, lambda: None))], clock=lambda: datetime.now(UTC)
    )


def rate(store: Engine, kind: Kind, *, workers: int) -> float:
    """Return deliveries a second."""
    filled(store, f"{kind}{workers}", kind)
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(lambda number: loop(store, f"w{number}", kind), range(workers)))
    seconds = time.perf_counter() - began
    with Session(store) as session:
        if deliveries_by_state(session)["waiting"]:
            raise SystemExit("some were not delivered")
    return NUMBER / seconds


def main(stores: dict[str, Engine]) -> None:
    """Print a row for each store, kind and number of workers."""
    print("| store | kind | workers | deliveries/s |\n|---|---|---|---|")
    for name, store in stores.items():
        for kind in get_args(Kind):
            for workers in (1, 2):
                found = rate(store, kind, workers=workers)
                print(f"| {name} | {kind} | {workers} | {found:,.0f} |", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        stores = {"SQLite": open_store(Path(folder) / "store.db")}
        if sys.argv[1:]:
            stores["PostgreSQL"] = open_store(make_url(sys.argv[1]))
        main(stores)
