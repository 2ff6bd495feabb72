from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.canonical.declaration import ObservationSettings
from outsidein.canonical.observation import FROM_THE_START, observation_start
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.known_start import known_start
from outsidein.churn.orders import order_days
from outsidein.churn.spells import spells
from outsidein.churn.survival import churn_hazard, survival

EXTRACT, AS_OF = date(2022, 7, 1), date(2024, 7, 1)
RULE = {"rule": ChurnRule(rule="contract"), "silence": None}
TRUTH = {3: 0.857, 6: 0.735, 12: 0.540, 24: 0.292}
UNDECLARED = ObservationSettings()


@pytest.fixture
def contracts(con, canon):
    """Contracts of which 5 % end in each month, those that ended before the extract left out."""

    def make(rng, n, *, extract=EXTRACT, years=7):
        day = rng.integers(1, 365 * years, n)
        started = np.datetime64(AS_OF) - day.astype("timedelta64[D]")
        lasts = rng.exponential(-30.44 / np.log(0.95), n).astype("timedelta64[D]")
        ended = started + lasts
        kept = ended >= np.datetime64(extract)
        rows = pa.table(
            {
                "customer_id": pa.array([f"{i}" for i in np.flatnonzero(kept)]),
                "started_on": pa.array(started[kept]),
                "ended_on": pa.array(ended[kept]),
            }
        )
        held = ibis.memtable(rows)
        columns = canon("contracts").schema().items()
        more = {
            name: ibis.null(kind).cast(kind)
            for name, kind in columns
            if name not in rows.column_names
        }
        return con.create_table("held", held.mutate(**more), overwrite=True)

    return make


def stays(con, held, start):
    rows = spells(None, held, silence=None, as_of=AS_OF, complete_from=start.day)
    return con.create_table("stays", rows, overwrite=True)


def by_month(figure, measure="share still customers"):
    return {e.group["month"]: e for e in figure.estimates if e.measure == measure}


def test_contracts_that_ended_before_the_extract_do_not_make_customers_stay_longer(con, contracts):
    rng, held = np.random.default_rng(8), []
    for _ in range(8):
        kept = contracts(rng, 3000)
        start = observation_start(kept, UNDECLARED, as_of=AS_OF)
        assert EXTRACT < start.day < EXTRACT + timedelta(days=15)
        figure = survival(stays(con, kept, start), groups=None, observation=start, **RULE)
        curve = by_month(figure)
        held += [curve[month].low <= truth <= curve[month].high for month, truth in TRUTH.items()]
        assert curve[12].value == pytest.approx(0.54, abs=0.06)
        assert "none ended, though by the rate since" in figure.method
    assert sum(held) >= 28  # of 32


def test_a_declared_day_is_taken_as_it_is(con, contracts):
    kept = contracts(np.random.default_rng(2), 3000)
    start = observation_start(kept, ObservationSettings(complete_from=EXTRACT), as_of=AS_OF)
    assert start.day == EXTRACT
    figure = survival(stays(con, kept, start), groups=None, observation=start, **RULE)
    assert by_month(figure)[12].value == pytest.approx(0.54, abs=0.06)
    known = by_month(figure, "share of customers with a known start")[None]
    assert 0.5 < known.value < 0.8


def test_files_that_hold_all_contracts_are_taken_from_their_start(contracts):
    for seed in range(5):
        kept = contracts(np.random.default_rng(seed), 800, extract=date(2000, 1, 1))
        start = observation_start(kept, UNDECLARED, as_of=AS_OF)
        assert (start.day, start.doubt) == (None, None)


def test_where_all_ends_lie_on_one_day_it_cannot_be_known_and_the_figure_says_so(con, canon):
    rows = [
        {
            "customer_id": f"{i}",
            "contract_id": f"{i}",
            "started_on": date(2020, 1 + i % 12, 1),
            "ended_on": date(2024, 6, 30) if i < 40 else None,
        }
        for i in range(150)
    ]
    held = canon("contracts", rows)
    start = observation_start(held, UNDECLARED, as_of=AS_OF)
    figure = survival(stays(con, held, start), groups=None, observation=start, **RULE)
    assert start.day is None
    assert "No contract ended before 2024-06-30, though 150 were running" in figure.method
    known = by_month(figure, "share of customers with a known start")[None]
    assert known.value is None
    assert known.why == start.doubt


def test_without_customers_in_their_first_months_there_are_hazards_and_no_survival(con, canon):
    rng = np.random.default_rng(3)
    rows = [
        {
            "customer_id": f"{i}",
            "contract_id": f"{i}",
            "started_on": date(2021, 1, 1) + timedelta(days=int(rng.integers(0, 365))),
            "ended_on": EXTRACT + timedelta(days=int(d)) if (d := rng.exponential(590)) < 730
            else None,
        }
        for i in range(1500)
    ]  # fmt: skip
    start = observation_start(canon("contracts", rows), UNDECLARED, as_of=AS_OF)
    held = stays(con, canon("contracts", rows), start)
    shares = by_month(survival(held, groups=None, observation=start, **RULE))
    assert {e.value for e in shares.values()} == {None}
    assert shares[12].why.startswith("fewer than 10 customers were observed before month 7")
    hazards = by_month(churn_hazard(held, groups=None, observation=start, **RULE), "hazard")
    assert min(hazards) >= 8
    inside = [e.low <= 1 - np.exp(-30.44 / 590) <= e.high for e in hazards.values()]
    assert np.mean(inside) >= 0.85


def test_by_silence_those_first_seen_as_the_data_begin_may_have_been_customers_before(
    orders, canon
):
    begin, quiet = date(2023, 1, 1), Silence(60, None, None, 0)
    bought = orders(
        *((f"a{i}", begin + timedelta(days=i)) for i in range(30)),
        *((f"b{i}", begin + timedelta(days=100 + i)) for i in range(10)),
    )
    days = order_days(bought, as_of=AS_OF)
    rows = spells(days, canon("contracts"), silence=quiet, as_of=AS_OF)
    start = known_start(rows, silence=quiet, observation=FROM_THE_START)
    assert (start.share.value, start.share.n) == (0.25, 40)
    assert "30 of 40 customers were first seen within 60 days of the first order" in start.method
    declared = spells(days, canon("contracts"), silence=quiet, as_of=AS_OF, complete_from=begin)
    assert declared.entered_on.count().to_pyarrow().as_py() == 10
