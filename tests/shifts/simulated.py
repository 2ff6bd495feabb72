"""Streams of simulated firms: what a build would watch, from its own tables, without a build."""

from datetime import date

import ibis
import numpy as np
import pyarrow as pa

from outsidein.shifts.declaration import ShiftSettings
from outsidein.shifts.streams import (
    contract_streams,
    disaster_streams,
    factor_streams,
    low_score_streams,
    united,
)
from outsidein.shifts.watch import read_streams
from outsidein.simulate.block import dates
from outsidein.simulate.course import course
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY
from outsidein.standards.declaration import Standard, TargetVersion
from tests.simulate.firms import of_one_segment

SETTINGS = ShiftSettings()
BAD = {"delivery": "late_delivery", "visit": "long_wait", "call": "unresolved_call"}
KEPT = {"delivery": 0.90, "visit": 1.0, "call": 0.80}
LONG = 600


def steady(*, factors=10, units=3, months=26, **given):
    """A firm in which nothing moves: no season, no drift, no campaign; nobody grows reliable."""
    lows = np.linspace(0.06, 0.30, factors)
    named = {
        f"f{place}": {
            "description": "what it is", "answer": "product", "low": float(low), "high": 0.3,
            "experienced": 0.8, "penalty": -0.02, "reward": 0.02,
        }
        for place, low in enumerate(lows)
    }  # fmt: skip
    wait = {"delivery": 120.0, "visit": 300.0, "call": 120.0}
    kinds = {
        f"{kind}_{place}": {"kind": kind, "kept": kept, "wait": wait[kind]}
        for kind, kept in KEPT.items()
        for place in range(units)
    }
    failed = {
        kind: {"factor": factor, "reason": kind, "limit": LONG} for kind, factor in zip(
            BAD.values(), named, strict=False
        )
    }  # fmt: skip
    usual = {
        "factor": named, "unit": kinds, "failure": failed, "months": months, "campaign": {},
        "playbook": {}, "purchases": {"december": 1.0},
        "contract": {"hazard": (0.03,), "frailty": 0.0},
        "survey": {"invited": 0.5, "invited_after_failure": 0.5, "comments": 0.0},
    }  # fmt: skip
    told = {"orders": 1.0, "calls": 0.5, "contract": 1.0, "order_shape": 8.0}
    return of_one_segment(told, **{**usual, **given})


def streams_of(firm, *, customers, seed):
    """All streams of a simulated firm, as a build reads them; customers go by their number."""
    run = course(firm, seed=seed, block=0, first=0, size=customers)
    signals, encounters = _signals(firm, run), _encounters(firm, run)
    tables = [
        factor_streams(signals, period="month"),
        low_score_streams(signals, period="month"),
        *disaster_streams(encounters, signals, _standards(firm), period="month"),
        contract_streams(_spells(run), as_of=firm.as_of, period="month"),
    ]
    return read_streams(united(tables), as_of=firm.as_of, period="month")


def _signals(firm, run):
    asked, parts = run.invitations, []
    for name in firm.factor:
        rated = asked["answers"] & (asked[name] > 0)
        parts.append(
            pa.table(
                {
                    "customer_id": pa.array(asked["who"][rated]).cast(pa.string()),
                    "signalled_on": dates(asked["answered_at"][rated] // DAY),
                    "factor": pa.array([name] * int(rated.sum()), pa.string()),
                    "score": asked[name][rated].astype(float),
                }
            )
        )
    told = ibis.memtable(pa.concat_tables(parts))
    return told.mutate(
        kind=ibis.literal("direct"), subject=ibis.literal("own"), scale_low=1.0, scale_high=5.0
    )


def _encounters(firm, run):
    units = pa.array(list(firm.unit))
    systems = run.systems
    seen = {
        "delivery": (systems.deliveries, lambda c: c["at"] > c["promised"]),
        "visit": (systems.visits, lambda c: c["wait"] > LONG),
        "call": (systems.calls, lambda c: ~c["resolved"]),
    }
    parts = []
    for kind, (rows, bad) in seen.items():
        columns = rows.columns()
        parts.append(
            pa.table(
                {
                    "customer_id": pa.array(columns["who"]).cast(pa.string()),
                    "started_at": pa.array(columns["at"]).cast(pa.timestamp("s", tz="UTC")),
                    "started_on": dates(columns["at"] // DAY),
                    "kind": pa.array([kind, BAD[kind]]).take(bad(columns).astype(np.int64)),
                    "unit": units.take(columns["unit"]),
                }
            )
        )
    told = ibis.memtable(pa.concat_tables(parts))
    nothing = ibis.null("timestamp('UTC')")
    return told.mutate(promised_at=nothing, actual_at=nothing)


def _standards(firm):
    target = (TargetVersion(since=firm.first_on, by="the head", reason="as promised"),)
    return {
        name: Standard(
            description="kept", encounters=f"unit = '{name}'", owner="the head",
            missed=f"kind = '{BAD[unit.kind]}'", disaster=f"kind = '{BAD[unit.kind]}'",
            target=target,
        )
        for name, unit in firm.unit.items()
    }  # fmt: skip


def _spells(run):
    left = run.left_at // DAY
    stays = run.left_at == STAYS
    return ibis.memtable(
        pa.table(
            {
                "customer_id": pa.array(run.people.number).cast(pa.string()),
                "started_on": dates(run.people.joined // DAY),
                "churned_on": dates(np.where(stays, 0, left), there=~stays),
            }
        )
    )


def until(streams, day):
    """The streams as they stood on the first day of a month."""
    kept = []
    for one in streams:
        places = [place for place, period in enumerate(one.periods) if period < day]
        cut = len(places)
        kept.append(
            type(one)(one.kind, one.name, one.periods[:cut], one.customers[:cut], one.among[:cut])
        )
    return [one for one in kept if one.periods]


def month_after(day, months):
    """First day of the month so many months after that of a day."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
