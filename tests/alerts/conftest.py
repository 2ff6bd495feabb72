from datetime import UTC, date, datetime, timedelta

import ibis
import pyarrow as pa
import pytest
from sqlalchemy.orm import Session, sessionmaker

from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import AlertTables
from outsidein.alerts.live_rules import RuleRun, run_rules
from outsidein.canonical.tables import canonical
from outsidein.cases.declaration import Team
from outsidein.cases.playbooks import Playbook, PlaybookHeader
from outsidein.cases.queue import CaseFilter, list_cases
from outsidein.lake.engine import connect
from tests.stores import EDGES, lite, store  # noqa: F401  fixtures

DAY = datetime(2024, 3, 4, 12, tzinfo=UTC)
MEMBERS = {"source": "string", "record_id": "string", "customer_id": "string"}
CUSTOMERS = {"customer_id": "string", "value": "int64", "tier": "string", "stage": "string"}
SEGMENTS = {"customer_id": "string", "segment": "string"}
SPELLS = {"customer_id": "string", "started_on": "date", "churned_on": "date"}


def at(days, hours=0):
    """A moment, counted from the Monday noon at which the tests' world begins."""
    return DAY + timedelta(days=days, hours=hours)


def filled(rows, columns, defaults):
    """Rows given in part, as a table of all columns."""
    schema = ibis.schema(columns).to_pyarrow()
    whole = [dict.fromkeys(columns) | defaults(row) | row for row in rows]
    return ibis.memtable(pa.Table.from_pylist(whole, schema=schema))


def encounter(row):
    moment = row["started_at"]
    return {
        "source": "shop", "channel": "web", "kind": "call", "initiator": "customer",
        "recorded_at": moment, "started_on": moment.date(), "currency": "EUR",
    }  # fmt: skip


def signal(row):
    moment = row["signalled_at"]
    return {
        "source": "shop", "kind": "direct", "level": "factor", "subject": "own",
        "recorded_at": moment, "signalled_on": moment.date(), "scale_low": 1.0, "scale_high": 5.0,
    }  # fmt: skip


def message(row):
    moment = row["sent_at"]
    return {
        "source": "shop", "channel": "email", "recorded_at": moment, "sent_on": moment.date(),
        "currency": "EUR",
    }  # fmt: skip


def transaction(row):
    moment = row["ordered_at"]
    return {
        "source": "shop", "line": 1, "revenue": 100, "discount": 0, "currency": "EUR",
        "is_return": False, "is_trial": False, "is_cancelled": False,
        "recorded_at": moment, "ordered_on": moment.date(),
    }  # fmt: skip


def world(
    *, encounters=(), signals=(), messages=(), transactions=(), customers=None, segments=(),
    spells=(),
):  # fmt: skip
    """Tables of a snapshot out of rows given in part; record r1 is customer c1, and so on."""
    canonicals = {
        "encounters": (encounters, encounter),
        "signals": (signals, signal),
        "messages": (messages, message),
        "transactions": (transactions, transaction),
    }
    tables = {
        name: filled(rows, canonical(name).all_columns, defaults)
        for name, (rows, defaults) in canonicals.items()
    }
    records = sorted(
        {
            row["record_id"]
            for rows, _ in canonicals.values()
            for row in rows
            if row.get("record_id")
        }
    )
    owner = customers or {record: f"c{record[1:]}" for record in records}
    members = [{"source": "shop", "record_id": r, "customer_id": c} for r, c in owner.items()]
    known = [
        {"customer_id": c, "value": 100 * n, "tier": "gold" if n % 2 else "lead"}
        for n, c in enumerate(sorted(set(owner.values())), start=1)
    ]
    return AlertTables(
        **tables,
        members=filled(members, MEMBERS, lambda _: {}),
        customers=filled(known, CUSTOMERS, lambda _: {}),
        segments=filled(segments, SEGMENTS, lambda _: {}),
        spells=filled(spells, SPELLS, lambda _: {}),
    )


@pytest.fixture
def backend():
    engine = connect(timezone="Europe/Berlin")
    yield engine
    engine.disconnect()


@pytest.fixture
def teams():
    return {
        "delivery": Team(
            lead="Alice",
            members={"Alice": "alice@firm.de", "Bob": "bob@firm.de"},
            units=("parcels",),
            capacity=2,
            timezone="Europe/Berlin",
        ),
        "care": Team(lead="Charlie", members={"Charlie": "charlie@firm.de"}, capacity=5),
    }


@pytest.fixture
def playbooks():
    header = PlaybookHeader(title="Sorry", issues=("delivery",), minimum_response="Sorry.", cost=50)
    return {name: Playbook(name, header, "1. Call.") for name in ("call", "voucher")}


AS_OF = date(2025, 1, 1)

LATE = AlertRule(
    on="encounters", rule="kind = 'late'", issue="delivery", team="delivery",
    playbooks=("call", "voucher"), live_from=date(2024, 3, 4),
)  # fmt: skip


def late(*days, record="r1", **changes):
    return [
        {"encounter_id": f"{record}-{day}", "record_id": record, "started_at": at(day),
         "kind": "late", **changes}
        for day in days
    ]  # fmt: skip


@pytest.fixture
def run(run_all):
    """Run rules over a world, none of which fails: `run(encounters, build=1)`."""

    def go(*encounters, **world):
        fired, failures = run_all(*encounters, **world)
        assert failures == {}
        return fired

    return go


@pytest.fixture
def run_all(store, backend, tmp_path, teams, playbooks):  # noqa: F811  the fixture
    """Run rules over a world: what they did, and why others failed."""

    def go(
        encounters=(),
        *,
        build=1,
        rules=None,
        as_of=AS_OF,
        engine=backend,
        outlets=EDGES,
        now=None,
        open_within_days=10_000,
        **tables,
    ):
        chosen = {
            name: rule.model_copy(update={"open_within_days": open_within_days})
            for name, rule in (rules or {"late": LATE}).items()
        }
        return run_rules(
            RuleRun(
                backend=engine, tables=world(encounters=encounters, **tables), build=build,
                as_of=as_of, timezone="Europe/Berlin", within_days=30,
                ledger=tmp_path / "admitted", batch=sessionmaker(store).begin,
                rules=chosen,
                teams=teams, playbooks=playbooks, outlets=outlets, now=now or at(300),
            )
        )  # fmt: skip

    return go


def cases(store):  # noqa: F811  an engine, not the fixture
    with Session(store) as session:
        return list_cases(session, CaseFilter(is_open=False), limit=1_000).cases
