from dataclasses import replace

import ibis

from outsidein.strategy.allocation import seconds_by_segment
from outsidein.value.declaration import Activity
from tests.strategy.test_after_scores import sheet
from tests.tables import table

ENCOUNTERS = {"customer_id": "string", "kind": "string", "duration_seconds": "int64"}


def timed(**minutes):
    rows = [("ann", "call", 120), ("ann", "call", None), ("bob", "visit", None)]
    members = [("ann", "all"), ("bob", "all"), ("ann", "few")]
    return replace(
        sheet(),
        members=ibis.memtable(table(members, customer_id="string", segment="string")),
        canonical={"encounters": ibis.memtable(table(rows, **ENCOUNTERS))},
        activities={kind: Activity(minutes=each) for kind, each in minutes.items()},
    )


def test_time_is_what_was_recorded_and_else_what_is_declared_of_the_kind():
    recorded = seconds_by_segment(timed())
    assert {name: row["seconds"] for name, row in recorded.items()} == {"all": 120, "few": 120}
    declared = seconds_by_segment(timed(call=5, visit=20))
    assert {name: (row["seconds"], row["n"]) for name, row in declared.items()} == {
        "all": (120 + 300 + 1_200, 2),
        "few": (420, 1),
    }
