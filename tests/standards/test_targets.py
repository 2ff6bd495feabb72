from datetime import date

import numpy as np
import pytest
from scipy.special import expit

from outsidein.standards.measures import Measured
from outsidein.standards.targets import missed_at, proposed, targets_in_force

FOUND = "where disasters begin"
JANUARY = 2020 * 12
WAITS = np.arange(0, 300, 2.0)


def months(points, *, calls=300, sign=1.0):
    """Counts by month in which disasters begin to rise at a point that may move."""
    rng = np.random.default_rng(1)
    told = np.round(calls * np.exp(-WAITS / 100)) + 1
    parts = []
    for place, point in enumerate(points):
        odds = expit(-2.5 + 0.03 * np.maximum(WAITS - point, 0))
        lost = rng.binomial(told.astype(int), odds)
        parts.append((WAITS, told, told, lost, np.full(len(WAITS), JANUARY + place)))
    values, encounters, told, lost, month = (np.concatenate(p) for p in zip(*parts, strict=True))
    return Measured(sign * values, encounters, told, lost.astype(float), month.astype(np.int64))


@pytest.fixture
def found(standard, target):
    return standard(disaster="outcome = 'hang_up'", target=(target(value=FOUND),))


def test_a_target_stands_where_disasters_begin_and_stays_while_that_point_stays(found):
    targets = targets_in_force(found, months([100] * 18), as_of=date(2021, 7, 1))
    assert len(targets) == 1
    assert targets[0].value == pytest.approx(100, abs=8)
    assert targets[0].low <= 100 <= targets[0].high
    assert (targets[0].since, targets[0].by) == (date(2020, 1, 1), "the customers")


def test_it_moves_when_the_point_moves_and_says_when(found):
    targets = targets_in_force(found, months([140] * 12 + [50] * 14), as_of=date(2022, 3, 1))
    assert targets[0].value == pytest.approx(140, abs=8)
    assert targets[-1].value == pytest.approx(50, abs=8)
    assert date(2021, 1, 1) < targets[1].since <= date(2022, 1, 1)
    assert all(t.since.month in (1, 4, 7, 10) for t in targets)


def test_versions_set_by_people_hold_from_their_day_on(standard, target):
    versions = (
        target(value=60.0, by="Anna", reason="the contract"),
        target(date(2020, 6, 1), value=45.0, by="Ben", reason="the new desk"),
        target(date(2030, 1, 1), value=30.0, by="Ben", reason="not yet"),
    )
    targets = targets_in_force(standard(target=versions), None, as_of=date(2021, 1, 1))
    assert [(t.since, t.value, t.by) for t in targets] == [
        (date(2020, 1, 1), 60.0, "Anna"),
        (date(2020, 6, 1), 45.0, "Ben"),
    ]


def test_without_such_a_point_there_is_no_target_and_it_is_said_why(found):
    flat = months([10_000] * 12)
    [only] = targets_in_force(found, flat, as_of=date(2021, 1, 1))
    assert only.value is None
    assert "there is no such point" in only.why


def test_where_high_is_better_the_point_is_found_with_the_sign_turned(standard, target):
    turned = standard(better="high", disaster="outcome = 'hang_up'", target=(target(value=FOUND),))
    counts = months([100] * 12)  # larger is worse: the measure itself is minus that
    now = proposed(turned, counts, as_of=date(2021, 1, 1))
    assert now.value == pytest.approx(-100, abs=8)
    assert now.low <= now.value <= now.high


def test_what_a_disaster_ended_missed_the_target_too(standard):
    counts = months([100])
    plain = standard(disaster="outcome = 'hang_up'")
    ended = standard(disaster="outcome = 'hang_up'", ends_with_disaster=True)
    beyond = counts.encounters[counts.values > 60].sum()
    early = counts.disasters[counts.values <= 60].sum()
    assert missed_at(60, counts, plain)[0] == beyond
    assert missed_at(60, counts, ended)[0] == beyond + early
