"""Shifts of simulated firms: the declared ones are found in time, and quiet firms stay quiet."""

from datetime import date

import pytest
from scipy.stats import binom

from outsidein.shifts.watch import watch
from outsidein.stats.charts.step import periods_until_found, step
from tests.shifts.simulated import SETTINGS, month_after, steady, streams_of, until

CUSTOMERS = 1_500
SHIFTED_ON = date(2025, 1, 1)


@pytest.mark.slow
def test_of_a_thousand_quiet_streams_no_more_are_listed_than_stated(rounds):
    """Firms in which nothing moves: ten, or a hundred, of a hundred streams each.

    A build may list a false shift in `false_share` of cases; the bounds are passed by chance in
    one of a hundred such tests.
    """
    firms = rounds(100)
    firm, streams, listing, rejected = steady(factors=45), 0, 0, 0
    for seed in range(firms):
        watched = watch(streams_of(firm, customers=CUSTOMERS, seed=seed), SETTINGS)
        streams += len(watched)
        listing += any(one.is_shift for one in watched)
        rejected += sum(one.step.p_value <= SETTINGS.false_share for one in watched)
    assert streams == firms * 100
    assert listing <= most(firms, SETTINGS.false_share)
    assert rejected <= most(streams, SETTINGS.false_share)


def most(trials, share):
    """What a binomial count exceeds in one of a hundred cases at most."""
    return binom.ppf(0.99, trials, share)


LOWS = {"f3": 0.28, "f5": 0.36, "f7": 0.10, "f9": 0.45}


def shifting():
    """The steady firm, in which four factors are rated low by other shares from a day on."""
    quiet = steady(factors=10)
    factors = {name: told.model_dump(exclude_none=True) for name, told in quiet.factor.items()}
    for name, low in LOWS.items():
        factors[name]["shift"] = ({"on": SHIFTED_ON, "low": low},)
    return steady(factors=10, factor=factors)


@pytest.mark.slow
def test_declared_shifts_are_found_within_the_stated_delay_four_times_in_five(rounds):
    """The delay stated for the declared change is kept at least as often as it says."""
    firm, kept = shifting(), []
    for seed in range(rounds(50)):
        streams = streams_of(firm, customers=2 * CUSTOMERS, seed=seed)
        for name, low in LOWS.items():
            periods = stated(streams, name, before=firm.factor[name].low, after=low)
            assert periods is not None
            assert periods <= 12
            listed = watch(until(streams, month_after(SHIFTED_ON, periods)), SETTINGS)
            found = [one for one in listed if is_scored(one.stream, name)]
            kept.append(found[0].is_shift)
    assert sum(kept) >= binom.ppf(0.01, len(kept), 0.8)


def is_scored(stream, name):
    return (stream.kind, stream.name) == ("low scores", name)


def stated(streams, name, *, before, after):
    """What the product states for a change of the declared size, in a stream that is among all."""
    [stream] = [one for one in streams if is_scored(one, name)]
    bar = SETTINGS.false_share / (len(streams) * sum(1 / n for n in range(1, len(streams) + 1)))
    seen = step(stream.customers, stream.among)
    place = stream.periods.index(SHIFTED_ON)
    told = {"before": before, "after": after, "change": after - before}
    declared = seen._replace(place=place, **told)
    return periods_until_found(declared, stream.among, p_value=bar)


def test_a_listed_shift_tells_its_date_its_size_and_how_long_it_took():
    firm = shifting()
    streams = streams_of(firm, customers=2 * CUSTOMERS, seed=3)
    bar = SETTINGS.false_share / (len(streams) * sum(1 / n for n in range(1, len(streams) + 1)))
    listed = {one.stream.name: one for one in watch(streams, SETTINGS) if one.is_shift}
    assert set(listed) == set(LOWS)
    held = []
    for name, low in LOWS.items():
        one = listed[name]
        earliest, latest = (one.stream.periods[p] for p in (one.step.low, one.step.high))
        assert earliest <= SHIFTED_ON <= latest
        held.append(one.step.change_low <= low - firm.factor[name].low <= one.step.change_high)
        first = one.stream.periods[one.step.place]
        then, earlier = (
            until([one.stream], month_after(first, one.delay - ago))[0] for ago in (0, 1)
        )
        assert step(then.customers, then.among).p_value <= bar
        assert one.delay == 2 or step(earlier.customers, earlier.among).p_value > bar
    assert sum(held) >= 3


def test_a_firm_with_busy_decembers_lists_no_december():
    """Three Decembers with twice the orders, looked at after each month of the last year."""
    firm = steady(factors=3, months=40, purchases={"december": 2.0})
    streams = streams_of(firm, customers=3_000, seed=5)
    assert max(one.periods[-1] for one in streams) == date(2025, 12, 1)
    for months in range(12):
        seen = watch(until(streams, month_after(SHIFTED_ON, months + 1)), SETTINGS)
        assert not [one.stream for one in seen if one.is_shift]
