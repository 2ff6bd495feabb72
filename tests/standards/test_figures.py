from datetime import date

import ibis
import numpy as np
import pytest
from scipy.special import expit

from outsidein.figures.figure import protect
from outsidein.present.money_scale import NBSP
from outsidein.present.wording import Wording
from outsidein.standards.analysis import standards_figures
from outsidein.standards.figures import promise_in_words
from outsidein.standards.measures import Measured, disaster_onset

AS_OF = date(2020, 3, 1)


def figures(encounters, signals, **standards):
    found = standards_figures(encounters, signals, standards, as_of=AS_OF)
    return {figure.name: protect(figure) for figure in found}


def values(figure, measure, **group):
    return [
        e
        for e in figure.estimates
        if e.measure == measure and all(e.group[name] == key for name, key in group.items())
    ]


def test_a_quiet_desk_is_in_control_and_keeps_its_promise(calls, signals, standard, target):
    hang_ups = standard(missed="outcome = 'hang_up'", target=(target(met_by=0.85),))
    quiet = calls(days=60, a_day=60, lost=lambda _, __: 0.1)
    found = figures(quiet, signals, hang_ups=hang_ups)
    [now] = values(found["standards"], "share missed now")
    assert now.low <= 0.1 <= now.high
    assert (now.group["promise"], now.group["chart"], now.group["since"]) == (
        "kept",
        "in control",
        "",
    )
    assert [e.value for e in values(found["standards"], "periods that signal")] == [0]
    assert len(values(found["standard_charts"], "share missed")) == 60


@pytest.mark.parametrize(
    ("periods", "base"),
    [
        (("day", 60), ("last 28 days", 28 * 20)),
        (("day", 12), ("last 12 days", 12 * 20)),
        (("week", 60), ("last 8 weeks", 54 * 20)),
        (("month", 60), ("last 2 months", 60 * 20)),
    ],
)
def test_a_share_missed_now_names_its_time_and_how_many_encounters_it_is_of(
    calls, signals, standard, periods, base
):
    period, days = periods
    hang_ups = standard(missed="outcome = 'hang_up'", period=period)
    found = figures(calls(days=days, a_day=20, lost=lambda *_: 0.1), signals, hang_ups=hang_ups)
    [now] = values(found["standards"], "share missed now")
    assert (now.group["window"], now.group["encounters"]) == base


def test_days_without_enough_calls_are_not_counted_among_the_last(calls, signals, standard):
    worked = calls(days=40, a_day=20, lost=lambda *_: 0.1)
    open_days = worked.filter(worked.started_on.day_of_week.index() < 5)
    found = figures(open_days, signals, hang_ups=standard(missed="outcome = 'hang_up'"))
    [now] = values(found["standards"], "share missed now")
    assert now.group["window"] == "days since 2020-01-01 (10 with too few encounters left out)"


def test_a_desk_that_gets_worse_is_found_with_the_day_since_when(calls, signals, standard, target):
    hang_ups = standard(missed="outcome = 'hang_up'", target=(target(met_by=0.85),))
    worse = calls(days=60, a_day=60, lost=lambda day, _: 0.1 if day < 48 else 0.25)
    found = figures(worse, signals, hang_ups=hang_ups)
    [now] = values(found["standards"], "share missed now")
    assert now.group["chart"] == "worse"
    since = date.fromisoformat(now.group["since"])
    assert abs((since - date(2020, 2, 18)).days) <= 3


def test_one_bad_day_is_beyond_the_limits_and_no_drift(calls, signals, standard):
    hang_ups = standard(missed="outcome = 'hang_up'")
    bad = calls(days=60, a_day=60, lost=lambda day, _: 0.6 if day == 30 else 0.1)
    found = figures(bad, signals, hang_ups=hang_ups)
    [now] = values(found["standards"], "share missed now")
    assert (now.group["chart"], now.group["since"]) == ("back in control", "2020-02-01")
    marked = {
        e.group["period"]: e.group["signal"]
        for e in values(found["standard_charts"], "share missed")
        if e.group["signal"]
    }
    assert marked == {"2020-01-31": "worse, beyond the limits"}


def test_the_median_wait_has_a_chart_of_single_values(calls, signals, standard):
    quiet = calls(days=60, a_day=60, lost=lambda _, __: 0.1)
    found = figures(quiet, signals, waiting=standard(chart="middle"))
    [centre] = {e.value for e in values(found["standard_charts"], "centre")}
    assert centre == pytest.approx(60 * 0.693, rel=0.1)


def test_a_target_found_from_data_is_where_the_simulated_patience_ends(
    calls, signals, standard, target
):
    def lost(_, wait):
        return expit(-2.9 + 0.03 * max(wait - 90, 0))

    patience = standard(
        disaster="outcome = 'hang_up'",
        review="month",
        target=(target(value="where disasters begin"),),
    )
    found = figures(calls(days=60, a_day=150, lost=lost), signals, waiting=patience)
    [now] = values(found["standard_targets"], "target", state="proposed")
    assert now.low <= 90 <= now.high
    [forced] = values(found["standard_targets"], "target", state="in force")[-1:]
    assert forced.low <= 90 <= forced.high
    rates = values(found["standard_disasters"], "disasters per encounter")
    assert rates[-1].value > 3 * rates[0].value


def test_hanging_up_at_a_steady_rate_is_no_point_although_longer_waits_end_in_it_more_often(
    standard, target
):
    """Who gives up has waited less: by plain shares over the wait, patience would seem to fall."""
    rng = np.random.default_rng(2)
    answered, gives_up = rng.exponential(60, 30_000), rng.exponential(300, 30_000)
    wait = np.floor(np.minimum(answered, gives_up))
    lost = (gives_up < answered).astype(float)
    ones = np.ones(30_000)
    counts = Measured(wait, ones, ones, lost, np.zeros(30_000, dtype=np.int64))
    ends = standard(
        disaster="outcome = 'hang_up'",
        ends_with_disaster=True,
        target=(target(value="where disasters begin"),),
    )
    assert disaster_onset(counts, ends).point is None


def test_one_team_unlike_the_others_stands_out_of_the_funnel(calls, signals, standard):
    quiet = calls(days=60, a_day=120, lost=lambda _, __: 0.1)
    calls_of_one = quiet.unit == "team 3"
    spoilt = quiet.mutate(
        outcome=ibis.ifelse(
            calls_of_one & (quiet.started_at.minute() % 24 == 3), "hang_up", quiet.outcome
        )
    )
    hang_ups = standard(missed="outcome = 'hang_up'", unit="unit")
    marked = [
        e.group["unit_name"]
        for e in values(
            figures(spoilt, signals, hang_ups=hang_ups)["standard_funnel"], "share missed"
        )
        if e.group["signal"] == "worse"
    ]
    assert marked == ["team 3"]


def test_events_are_counted_against_encounters_they_are_no_part_of(calls, signals, standard):
    complaints = standard(encounters="outcome = 'answered'", count="outcome = 'hang_up'")
    found = figures(
        calls(days=60, a_day=60, lost=lambda _, __: 0.2), signals, complaints=complaints
    )
    [now] = values(found["standards"], "events per encounter now")
    assert now.low <= 0.25 <= now.high


def test_few_customers_are_never_shown_and_no_standard_gives_no_figure(calls, signals, standard):
    found = figures(
        calls(days=60, a_day=6, lost=lambda _, __: 0.2),
        signals,
        hang_ups=standard(missed="outcome = 'hang_up'"),
    )
    assert [e for f in found.values() for e in f.estimates if e.n and e.n < 10] == []
    assert figures(calls(days=1, a_day=1, lost=lambda _, __: 0), signals) == {}


def test_the_worst_standard_comes_first(calls, signals, standard, target):
    quiet = calls(days=60, a_day=60, lost=lambda _, __: 0.1)
    met_by = {"a_kept": 0.8, "b_doubtful": 0.9, "c_broken": 0.99}
    declared = {
        name: standard(missed="outcome = 'hang_up'", target=(target(met_by=share),))
        for name, share in met_by.items()
    }
    declared["d_without"] = standard(missed="outcome = 'hang_up'")
    estimates = figures(quiet, signals, **declared)["standards"].estimates
    in_order = dict.fromkeys((e.group["promise"], e.group["standard"]) for e in estimates)
    assert list(in_order) == [
        ("not kept", "c_broken"),
        ("cannot be told yet", "b_doubtful"),
        ("none", "d_without"),
        ("kept", "a_kept"),
    ]


def test_a_target_carries_the_unit_of_its_column_and_a_standard_what_it_promises(
    calls, signals, standard, target
):
    waiting = standard(target=(target(value=60.0),))
    found = figures(calls(days=12, a_day=20, lost=lambda *_: 0.1), signals, waiting=waiting)
    for name in ("standards", "standard_targets"):
        assert Wording("USD").value(values(found[name], "target")[0]) == f"60{NBSP}seconds"
    [now] = values(found["standards"], "share missed now")
    assert promise_in_words(now) == waiting.description.rstrip(".")
