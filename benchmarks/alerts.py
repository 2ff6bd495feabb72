"""The loop at size: rules over a million new encounters, a hundred thousand open cases.

`python -m benchmarks.alerts` prints what it measured; everything lies in a folder of its own.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import AlertTables
from outsidein.alerts.live_rules import RuleRun, run_rules
from outsidein.canonical.tables import canonical
from outsidein.cases.capacity import team_day
from outsidein.cases.declaration import Team, actor
from outsidein.cases.lifecycle import CaseState
from outsidein.cases.merging import reconcile_cases
from outsidein.cases.notices import Outlets
from outsidein.cases.open import CaseDraft, open_cases
from outsidein.cases.queue import CaseFilter, Cursor, count_cases, list_cases, set_owner
from outsidein.lake.engine import connect, duckdb_type, read_table
from outsidein.lake.sql import literal, quoted
from outsidein.store.store_engine import open_store

ENCOUNTERS = 1_000_000
CUSTOMERS = 200_000
CASES = 100_000
NOW = datetime(2024, 7, 1, 9, tzinfo=UTC)
TEAM = Team(lead="Alice", members={"Alice": "alice@firm.example"}, capacity=50)
SILENT = Outlets(lambda *_: None, lambda *_, **__: None)
LIVE = date(2024, 1, 1)
RULES = {
    "very_late": AlertRule(
        on="encounters",
        rule="kind = 'delivery' and days_late >= 3 and value >= 90000",
        issue="delivery",
        team="care",
        live_from=LIVE,
    ),
    "again_and_again": AlertRule(
        on="encounters",
        rule="contacts_7d >= 3 and encounters_30d >= 4",
        issue="contact",
        team="care",
        live_from=LIVE,
    ),
}


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took, and how much of the processors' time."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"{what}: {wall:.3f} s, of processors {processor:.3f} s", flush=True)


def write_encounters(backend: Backend, path: Path) -> None:
    """Write a million encounters of half a year, in the columns of the canonical table."""
    made = {
        "source": "'shop'",
        "encounter_id": "'e' || i",
        "record_id": f"'r' || (hash(i) % {CUSTOMERS})",
        "started_at": "TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(hash(i + 1) % 15552000)",
        "channel": "'web'",
        "kind": "CASE WHEN hash(i + 2) % 2 = 0 THEN 'delivery' ELSE 'call' END",
        "initiator": "CASE WHEN hash(i + 2) % 2 = 0 THEN 'company' ELSE 'customer' END",
        "promised_at": "started_at - to_days((hash(i + 3) % 9)::INT - 4)",
        "actual_at": "started_at",
        "currency": "'EUR'",
        "recorded_at": "started_at",
        "started_on": "started_at::DATE",
    }
    columns = ", ".join(
        f"CAST({made.get(name, 'NULL')} AS {duckdb_type(kind)}) AS {quoted(name)}"
        for name, kind in canonical("encounters").all_columns.items()
    )
    backend.raw_sql(
        f"COPY (SELECT {columns} FROM range({ENCOUNTERS}) t(i) ORDER BY encounter_id) "
        f"TO {literal(path)} (FORMAT parquet)"
    )


def tables_of(backend: Backend, folder: Path) -> AlertTables:
    """Write and read the tables of a snapshot."""
    write_encounters(backend, folder / "encounters.parquet")
    for name, sql in {
        "members": "SELECT 'shop' AS source, 'r' || i AS record_id, 'c' || i AS customer_id",
        "customers": "SELECT 'c' || i AS customer_id, (hash(i) % 100000)::BIGINT AS value",
    }.items():
        place = literal(folder / f"{name}.parquet")
        backend.raw_sql(f"COPY ({sql} FROM range({CUSTOMERS}) t(i)) TO {place} (FORMAT parquet)")

    def empty(columns: dict[str, str]) -> ibis.Table:
        return ibis.memtable(ibis.schema(columns).to_pyarrow().empty_table())

    return AlertTables(
        encounters=read_table(backend, folder / "encounters.parquet"),
        members=read_table(backend, folder / "members.parquet"),
        customers=read_table(backend, folder / "customers.parquet"),
        **{
            name: empty(canonical(name).all_columns)
            for name in ("signals", "messages", "transactions")
        },
        segments=empty({"customer_id": "string", "segment": "string"}),
        spells=empty({"customer_id": "string", "started_on": "date", "churned_on": "date"}),
    )


def alerts(folder: Path, store: Engine) -> None:
    """Fire two rules on a million encounters that were never seen, and once more on none."""
    backend = connect()
    tables = tables_of(backend, folder)
    run = RuleRun(
        backend=backend,
        tables=tables,
        build=1,
        as_of=NOW.date(),
        timezone="UTC",
        within_days=30,
        ledger=folder / "admitted",
        store=store,
        rules=RULES,
        teams={"care": TEAM},
        playbooks={},
        outlets=SILENT,
        now=NOW,
    )
    with timed(f"{len(RULES)} rules over {ENCOUNTERS:,} new encounters, admission included"):
        fired = run_rules(run)
    for name, found in fired.items():
        print(f"  {name}: {found.alerts:,} alerts, {found.opened:,} cases opened")
    with timed("the same again, with nothing new"):
        run_rules(run)


def drafts() -> Iterator[list[CaseDraft]]:
    """Yield a hundred thousand cases to open, a thousand at a time."""
    for start in range(0, CASES, 1_000):
        yield [
            CaseDraft(
                about=f"c{n}",
                source="shop",
                record_id=f"r{n}",
                rule=f"rule{n % 7}",
                issue=("delivery", "contact", "price")[n % 3],
                severity=1 + n % 5,
                is_kept=n % 4 == 0,
                value=n * 7919 % 100_000,
                priority=n * 7919 % 100_000,
                team=("care", "other")[n % 2],
                owner=None,
                unit=None,
                playbook=None,
                propensity=None,
                due_at=NOW,
            )
            for n in range(start, start + 1_000)
        ]


def cases(store: Engine) -> None:
    """List, filter and assign among a hundred thousand open cases."""
    with timed(f"{CASES:,} cases opened"):
        for some in drafts():
            with Session(store) as session, session.begin():
                open_cases(session, some, now=NOW)
    with Session(store) as session:
        for what, wanted, after in (
            ("first page of all", CaseFilter(), None),
            ("first page of a team", CaseFilter(team="care"), None),
            ("a page in the middle of a team's", CaseFilter(team="care"), Cursor(-50_000, 0)),
            ("complaints of a team on an issue", _COMPLAINTS, None),
            ("a team's assessed ones, of which there are none", _ASSESSED, None),
        ):
            with timed(what):
                list_cases(session, wanted, limit=50, after=after)
        with timed("count of a team's"):
            count_cases(session, CaseFilter(team="care"))
        with timed("a team's day"):
            team_day(session, "care", TEAM, now=NOW)
        mine = [
            case.number for case in list_cases(session, CaseFilter(team="care"), limit=100).cases
        ]
    with timed("100 cases assigned, a transaction each"):
        for number in mine:
            with Session(store) as session, session.begin():
                who = actor("Alice", {"care": TEAM})
                set_owner(session, number, "Alice", actor=who, at=NOW, team=TEAM)
    with timed("whose they are looked up anew"), Session(store) as session, session.begin():
        members = pa.table(
            {
                "source": ["shop"] * CASES,
                "record_id": [f"r{n}" for n in range(CASES)],
                "customer_id": [f"c{n}" for n in range(CASES)],
            }
        )
        reconcile_cases(session, ibis.duckdb.connect(), ibis.memtable(members), now=NOW)


_COMPLAINTS = CaseFilter(team="care", issue="price", is_kept=True)
_ASSESSED = CaseFilter(team="care", state=CaseState.ASSESSED)


def main() -> None:
    """Run both in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        alerts(folder, open_store(folder / "alerts.db"))
        cases(open_store(folder / "cases.db"))


if __name__ == "__main__":
    sys.exit(main())
