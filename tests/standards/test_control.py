"""Charts of simulated periods: how often they signal where nothing changes, and what steps do."""

from datetime import date, timedelta

import ibis
import numpy as np
import pytest

from outsidein.standards.control import control
from outsidein.standards.declaration import Standard, TargetVersion
from outsidein.standards.periods import Count, period_counts
from tests.tables import table

STANDARD = Standard(
    description="kept",
    encounters="true",
    missed="false",
    owner="head of service",
    target=(TargetVersion(since=date(2018, 1, 1), by="head of service", reason="promised"),),
)


def periods(rng, *, levels=((0, 0.06),), spread=0.0, alike=0.0, size=500, count=100):
    """Weeks whose true share varies about a level by `spread` of it, neighbours being alike."""
    noise = rng.normal(0, 1, count)
    for week in range(1, count):
        noise[week] = alike * noise[week - 1] + np.sqrt(1 - alike**2) * noise[week]
    level = np.empty(count)
    for first, share in levels:
        level[first:] = share
    sizes = rng.poisson(size, count)
    missed = rng.binomial(sizes, np.clip(level * (1 + spread * noise), 0.001, 0.9))
    days = [date(2018, 1, 1) + timedelta(days=7 * week) for week in range(count)]
    return [
        Count(str(day), int(n), int(k), int(n), None)
        for day, n, k in zip(days, sizes, missed, strict=True)
    ]


@pytest.mark.parametrize(
    ("spread", "alike", "size"),
    [(0.0, 0.0, 500), (0.3, 0.0, 500), (0.3, 0.3, 500), (0.3, 0.6, 500), (0.0, 0.0, 60)],
)
def test_quiet_standards_signal_in_one_period_of_a_hundred_at_most(spread, alike, size):
    rng = np.random.default_rng(1)
    charts = [
        control(periods(rng, spread=spread, alike=alike, size=size), STANDARD) for _ in range(30)
    ]
    signals = [bool(signal) for chart in charts for signal in chart.signals]
    assert np.mean(signals) <= 0.012
    assert sum(len(chart.chart.starts) > 1 for chart in charts) <= 3


def test_limits_are_set_anew_after_a_step_which_is_itself_a_signal():
    counts = periods(np.random.default_rng(2), levels=((0, 0.06), (50, 0.12)), spread=0.2)
    chart = control(counts, STANDARD)
    [step] = chart.chart.starts[1:]
    assert abs(step - 50) <= 2
    assert chart.signals[step] == "worse, at a new level"
    assert chart.chart.centres[[0, -1]] == pytest.approx([0.06, 0.12], rel=0.1)
    assert sum(bool(signal) for signal in chart.signals) <= 6
    assert chart.status == "back in control"
    assert chart.since > counts[step].name


def test_a_level_that_changes_for_a_while_has_a_phase_of_its_own():
    levels = ((0, 0.06), (30, 0.12), (60, 0.05))
    counts = periods(np.random.default_rng(3), levels=levels)
    chart = control(counts, STANDARD)
    assert len(chart.chart.starts) == 3
    assert np.abs(np.array(chart.chart.starts[1:]) - [30, 60]).max() <= 1
    assert [chart.signals[start] for start in chart.chart.starts[1:]] == [
        "worse, at a new level",
        "better, at a new level",
    ]


def test_no_period_better_than_its_centre_is_called_worse():
    rng = np.random.default_rng(4)
    for _ in range(20):
        counts = periods(rng, levels=((0, 0.05), (90, 0.09)), spread=0.3, alike=0.5)
        chart = control(counts, STANDARD)
        for signal, value, centre in zip(
            chart.signals, chart.chart.values, chart.chart.centres, strict=True
        ):
            assert not (signal.startswith("worse, d") and value <= centre)


def test_limits_that_a_standard_fixes_have_no_phases():
    counts = periods(np.random.default_rng(2), levels=((0, 0.06), (50, 0.12)))
    fixed = STANDARD.model_copy(update={"limits_until": date(2018, 10, 1)})
    chart = control(counts, fixed)
    assert chart.chart.starts == (0,)
    assert chart.status == "worse"


def test_a_week_of_few_encounters_is_left_out_of_the_chart(encounters_of_weeks):
    counts = period_counts(encounters_of_weeks([200, 180, 10, 220, 190]), STANDARD, None,
                           as_of=date(2018, 2, 5))  # fmt: skip
    assert [count.encounters for count in counts] == [200, 180, 220, 190]


@pytest.fixture
def encounters_of_weeks():
    def make(sizes):
        rows = [
            (f"c{place}", date(2018, 1, 1) + timedelta(days=7 * week), False)
            for week, size in enumerate(sizes)
            for place in range(size)
        ]
        return ibis.memtable(
            table(rows, customer_id="string", started_on="date", is_missed="boolean")
        ).mutate(measure=ibis.null("float64"))

    return make
