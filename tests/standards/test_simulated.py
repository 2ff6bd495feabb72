"""The wait from which a simulated firm's callers hang up, and where the product finds it."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.project.declarations import declare, read_toml
from outsidein.simulate.block import dates
from outsidein.simulate.course import course
from outsidein.simulate.people import DAY
from outsidein.simulate.template import standards_file
from outsidein.standards.declaration import StandardsFile
from outsidein.standards.encounters import standard_encounters
from outsidein.standards.measures import measured
from outsidein.standards.targets import proposed
from tests.simulate.firms import of_one_segment

UNTIL = 100.0
WAIT = 90.0


def calling(**patience):
    """A firm that is mostly called, by customers of known patience."""
    units = {
        "depot": {"kind": "delivery"},
        "store": {"kind": "visit"},
        "team": {"kind": "call", "wait": WAIT, "wait_spread": 0.7},
    }
    told = {"orders": 0.01, "calls": 1.0}
    return of_one_segment(
        told, unit=units, failure={}, months=12, campaign={}, patience={"until": UNTIL, **patience}
    )


def answering(firm, tmp_path):
    """The standard of the project that comes with the firm."""
    (tmp_path / "standards.toml").write_text(standards_file(firm))
    told = read_toml(tmp_path / "standards.toml")
    return declare(StandardsFile, told, file="standards.toml").standard["answering"]


def target(firm, standard, *, seed, customers=4_000):
    """What is proposed from the firm's calls of a year."""
    calls = course(firm, seed=seed, block=0, first=0, size=customers).systems.calls.columns()
    started = pa.array(calls["at"]).cast(pa.timestamp("s", tz="UTC"))
    ended = pa.array(calls["at"] + calls["wait"]).cast(pa.timestamp("s", tz="UTC"))
    table = pa.table(
        {
            "customer_id": pa.array(calls["who"]).cast(pa.string()),
            "started_at": started,
            "started_on": dates(calls["at"] // DAY),
            "actual_at": ended,
            "kind": ["call"] * len(started),
            "unit": ["team"] * len(started),
            "outcome": pa.array(["answered", "hang_up"]).take(calls["gone"].astype(np.int64)),
        }
    )
    encounters = ibis.memtable(table).mutate(promised_at=ibis.null("timestamp('UTC')"))
    counts = measured(standard_encounters(encounters, None, "answering", standard), standard)
    return proposed(standard, counts, as_of=firm.as_of)


def test_the_target_stands_where_the_patience_of_the_callers_ends(tmp_path):
    firm = calling()
    standard = answering(firm, tmp_path)
    found = [target(firm, standard, seed=seed) for seed in range(6)]
    assert np.median([one.value for one in found]) == pytest.approx(UNTIL, rel=0.09)
    assert sum(one.low <= UNTIL <= one.high for one in found) >= 5


def test_where_patience_never_ends_there_is_no_target(tmp_path):
    firm = calling(few=0.2, many=0.2)
    standard = answering(firm, tmp_path)
    found = [target(firm, standard, seed=seed) for seed in range(6)]
    assert sum(one.value is None for one in found) >= 5


def test_callers_hang_up_at_the_declared_rates():
    firm = calling(few=0.3, many=1.5)
    calls = course(firm, seed=1, block=0, first=0, size=4_000).systems.calls.columns()
    wait, gone = calls["wait"], calls["gone"]
    for rows, rate in ((wait < UNTIL, 0.3), (wait >= UNTIL, 1.5)):
        span = np.clip(wait - (0 if rate == 0.3 else UNTIL), 0, UNTIL if rate == 0.3 else None)
        minutes = (span + 0.5 * gone).sum() / 60
        assert (gone & rows).sum() / minutes == pytest.approx(rate, rel=0.06)
    assert not (calls["resolved"] & gone).any()
    assert (calls["duration"][gone] == 0).all()
