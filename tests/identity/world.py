"""A small firm's records, ties and decisions, resolved as a build does it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import ibis

from outsidein.canonical.tables import canonical
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.links_in_effect import links_in_effect
from outsidein.identity.records.customer_ids import founders, memberships
from outsidein.identity.records.evidence_ledger import ModelVersion, gather_evidence
from outsidein.identity.records.pairs import PAIR, pair
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.review.decisions import (
    Decision,
    DecisionKind,
    decisions_in_force,
    decisions_table,
)
from outsidein.identity.tables import EVIDENCE
from outsidein.lake.scratch import Scratch
from tests.tables import table

CON = ibis.duckdb.connect()
SETTINGS = FirewallSettings()
NOW = datetime(2020, 1, 1, tzinfo=UTC)
KEYS = dict.fromkeys(PAIR, "string")


def key(name):
    return ("s", name)


def records_table(records):
    """Canonical records out of {name: fields}."""
    columns = canonical("records").all_columns
    rows = [
        {"source": "s", "record_id": name, "party_kind": "person", **fields}
        for name, fields in records.items()
    ]
    return ibis.memtable(table([tuple(row.get(c) for c in columns) for row in rows], **columns))


def ties_table(ties):
    """Ties out of (name, name, kind, value)."""
    rows = [(*key(a), *key(b), kind, value) for a, b, kind, value in ties]
    return ibis.memtable(table(rows, **KEYS, kind="string", normalised="string"))


def proposals_table(proposals):
    """Proposals out of (name, name, weight, probability)."""
    rows = [(*key(a), *key(b), weight, p) for a, b, weight, p in proposals]
    return ibis.memtable(table(rows, **KEYS, weight="float64", probability="float64"))


def decided(*said):
    """Decisions out of (kind, name, name), in the order they were taken."""
    return [
        Decision(number, DecisionKind(kind), pair(key(a), key(b)), "Ann", NOW, "seen")
        for number, (kind, a, b) in enumerate(said, start=1)
    ]


def resolve(
    records, *, ties=(), proposals=(), decisions=(), settings=SETTINGS, before=None, build=1
):
    """Fold evidence into members, as a build would."""
    described = records_table(records)
    in_force = ibis.memtable(decisions_table(decisions_in_force(decisions)))
    ledger = gather_evidence(
        ties_table(ties),
        proposals_table(proposals),
        in_force,
        model=ModelVersion("twins", "1"),
        settings=settings,
        before=None,
        build=build,
    )
    ledger = ibis.memtable(CON.to_pyarrow(ledger).cast(EVIDENCE.schema.to_pyarrow()))
    known = ibis.memtable(before) if before is not None else None
    ends = (ledger.source, ledger.record_id), (ledger.to_source, ledger.to_record_id)
    keys = ibis.union(
        described.select("source", "record_id"),
        *(ledger.select(source=s.cast("string"), record_id=r.cast("string")) for s, r in ends),
    )
    numbers = assign_codes(Scratch(CON), keys, decisions=in_force, before=known)
    facts = describe_records(Scratch(CON), described, numbers)
    effect = links_in_effect(CON, ledger, facts, in_force, numbers, settings=settings)
    withheld = effect.rows(numbers)
    members = memberships(CON, numbers, founders(numbers, effect.left, effect.right), build=build)
    return SimpleNamespace(
        records=described,
        numbers=numbers,
        facts=facts,
        effect=effect,
        evidence=ledger,
        withheld=withheld,
        members=members,
        groups=groups(members),
        why={(r["record_id"], r["to_record_id"]): r["reason"] for r in withheld.to_pylist()},
    )


def groups(members):
    """Records of each customer, as sorted strings of their names."""
    found = {}
    for row in members.to_pylist():
        found.setdefault(row["customer_id"], set()).add(row["record_id"])
    return sorted("".join(sorted(names)) for names in found.values())
