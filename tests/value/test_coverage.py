"""The published intervals of lifetime value hold the truth of simulated firms."""

from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.simulate.course import course
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY, seconds
from outsidein.simulate.year_ahead import expected_year_ahead
from outsidein.value.declaration import DEFAULT_TIERS, ValueSettings
from outsidein.value.forecast import lifetime_value
from outsidein.value.lifetime import Lifetimes
from outsidein.value.orders import order_values, rank_on_hold_out
from tests.simulate.firms import firm

SPEND = 1_000


def histories_of(run, *, end, held_out_from):
    """The purchase histories of customers without a contract, and who they are."""
    days = np.unique(np.stack([run.orders["who"], run.orders["at"] // DAY], axis=1), axis=0)
    who, day = days[~run.people.under_contract[days[:, 0]]].T
    customer, first, place = np.unique(who, return_index=True, return_inverse=True)
    before = day < held_out_from
    orders, calibrated = (np.bincount(place, m) for m in (np.ones_like(before), before))
    start = day[first]
    last, calibrated_last = start.copy(), start.copy()
    np.maximum.at(last, place, day)
    np.maximum.at(calibrated_last, place[before], day[before])
    is_new = calibrated == 0
    columns = {
        "customer_id": [f"c{c:06d}" for c in customer],
        "tier": ["iron"] * len(customer),
        "frequency": (orders - 1).astype(int),
        "recency": last - start,
        "T": end - 1 - start,
        "spend": ((orders - 1) * SPEND).astype(int),
        "all_spend": (orders * SPEND).astype(int),
        "contribution": (orders * SPEND // 2).astype(int),
        "profit": (orders * SPEND // 4).astype(int),
        "calibration_frequency": pa.array((calibrated - 1).astype(int), mask=is_new),
        "calibration_recency": pa.array(calibrated_last - start, mask=is_new),
        "calibration_T": pa.array(held_out_from - 1 - start, mask=is_new),
        "held_out": (orders - calibrated).astype(int),
    }
    return pa.table(columns), customer


def figure_and_truth(seed, size):
    """The figure of a simulated firm, with its expected orders and its share still customers."""
    declared = firm()
    run = course(declared, seed=seed, block=0, first=0, size=size)
    at, active = seconds(declared.as_of), run.left_at == STAYS
    end, start = at // DAY, run.orders["at"].min() // DAY
    held_out_from = end - (end - start) // 3
    observed, customer = histories_of(run, end=end, held_out_from=held_out_from)
    first_held_out = date(1970, 1, 1) + timedelta(days=int(held_out_from))
    observed = observed.replace_schema_metadata({"held_out_from": first_held_out.isoformat()})
    hold_out = rank_on_hold_out(observed, as_of=declared.as_of)
    settings = ValueSettings(gross_margin=0.5)
    orders = order_values(observed, hold_out, settings=settings)
    lifetimes = Lifetimes(ibis.memtable(observed), hold_out, orders, None)
    figure = lifetime_value(lifetimes, tiers=DEFAULT_TIERS, settings=settings)
    span = {"at": at, "active": active}
    year = expected_year_ahead(declared, run.people, run.treatments, run.jumps, **span)
    return figure, {
        "expected orders": year.orders[customer].sum(),
        "share still customers": active[customer].mean(),
    }


@pytest.mark.parametrize(
    ("firms", "size"),
    [
        (5, 1_000),
        pytest.param(40, 1_000, marks=pytest.mark.slow),
        pytest.param(40, 2_500, marks=pytest.mark.slow),
    ],
)
def test_the_truth_lies_in_the_intervals_of_orders_and_presence(firms, size):
    covered = {"expected orders": 0, "share still customers": 0}
    for seed in range(300, 300 + firms):
        figure, truth = figure_and_truth(seed, size)
        for e in figure.estimates:
            if e.group["tier"] == "all" and e.measure in truth:
                covered[e.measure] += e.low <= truth[e.measure] <= e.high
                relative = (e.high - e.low) / 2 / e.value
                assert relative < 0.5, "an interval this wide says nothing"
    slack = 3 * np.sqrt(0.95 * 0.05 / firms)
    assert all(count / firms > 0.95 - slack for count in covered.values()), covered
