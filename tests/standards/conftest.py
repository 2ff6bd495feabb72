from datetime import UTC, date, datetime, timedelta

import ibis
import numpy as np
import pytest

from outsidein.standards.declaration import Standard, TargetVersion
from tests.tables import table

ENCOUNTERS = {
    "source": "string",
    "encounter_id": "string",
    "customer_id": "string",
    "started_at": "timestamp('UTC')",
    "started_on": "date",
    "kind": "string",
    "outcome": "string",
    "unit": "string",
    "employee": "string",
    "channel": "string",
    "promised_at": "timestamp('UTC')",
    "actual_at": "timestamp('UTC')",
}
SIGNALS = {
    "source": "string",
    "encounter_id": "string",
    "kind": "string",
    "subject": "string",
    "score": "float64",
    "scale_low": "float64",
    "scale_high": "float64",
}


@pytest.fixture
def signals():
    """No signals."""
    return ibis.memtable(table([], **SIGNALS))


@pytest.fixture
def calls():
    """Calls of as many days from 2020-01-01, by wait, with who hangs up."""

    def make(*, days, a_day, lost, seed=1, mean_wait=60.0):
        rng = np.random.default_rng(seed)
        rows = []
        for day in range(days):
            for call in range(a_day):
                at = datetime(2020, 1, 1, 8, tzinfo=UTC) + timedelta(days=day, minutes=call)
                wait = int(rng.exponential(mean_wait))
                outcome = "hang_up" if rng.random() < lost(day, wait) else "answered"
                who = ("desk", f"{day}-{call}", f"c{rng.integers(900)}", at, at.date(), "call")
                ended = (None, at + timedelta(seconds=wait))
                rows.append((*who, outcome, f"team {call % 12}", None, "phone", *ended))
        return ibis.memtable(table(rows, **ENCOUNTERS))

    return make


@pytest.fixture
def target():
    """A target of one's choice."""

    def make(since=date(2020, 1, 1), **told):
        return TargetVersion(
            since=since, **({"by": "head of service", "reason": "promised"} | told)
        )

    return make


@pytest.fixture
def standard(target):
    """A standard about waiting, of one's choice."""

    def make(**told):
        usual = {
            "description": "Nobody waits long",
            "encounters": "kind = 'call'",
            "period": "day",
            "owner": "head of service",
        }
        if not {"measure", "missed", "count"} & told.keys():
            usual["measure"] = "waited_seconds"
        if "target" not in told:
            usual["target"] = (target(value=120.0) if "measure" in usual | told else target(),)
        return Standard(**(usual | told))

    return make
