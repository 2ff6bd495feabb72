from dataclasses import replace
from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pytest

from outsidein.churn.declaration import Silence
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure
from outsidein.strategy.after_scores import (
    departures_after_scores,
    matched_difference,
    watched_days,
)
from outsidein.strategy.questions import StrategySheet
from outsidein.value.declaration import ValueSettings
from tests.tables import table

AS_OF = date(2024, 1, 1)
DAYS = 100
SIGNALS = {
    **dict.fromkeys(("customer_id", "source", "signal_id", "subject", "factor"), "string"),
    "score": "float64",
    "scale_low": "float64",
    "scale_high": "float64",
    "signalled_on": "date",
    "signalled_at": "timestamp",
}
NOBODY = ibis.memtable(table([], customer_id="string"))
NOTHING = Figure("survival", "", "", (), ())


def sheet(orders=(), scores=(), spells=(), silence=None):
    """A sheet of customers by their orders or contracts, and the scores that they gave."""
    days = [(who, on, True) for who, on in orders]
    rows = [
        (who, "shop", f"{place:06}", "own", "delivery", float(score), 1.0, 5.0, on, at(on))
        for place, (who, on, score) in enumerate(scores)
    ]
    everybody = sorted({who for who, *_ in (*orders, *spells)})
    return StrategySheet(
        facts=NOBODY,
        members=ibis.memtable(
            table([(who, "all") for who in everybody], customer_id="string", segment="string")
        ),
        in_segments=NOBODY,
        canonical={"signals": ibis.memtable(table(rows, **SIGNALS))},
        spells=ibis.memtable(
            table(list(spells), customer_id="string", started_on="date", churned_on="date")
        ),
        order_days=ibis.memtable(
            table(days, customer_id="string", ordered_on="date", is_order="boolean")
        ),
        silence=silence,
        survival=NOTHING,
        value=ValueSettings(),
        as_of=AS_OF,
        activities={},
    )


SILENCE = Silence(DAYS, None, None, 0)


def at(day):
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  the engine's days have no zone


def counts(of):
    rows = departures_after_scores(of, days=watched_days(of)).to_pyarrow().to_pylist()
    names = ("low", "low_gone", "others", "others_gone")
    return {name: sum(row[name] for row in rows) for name in names}


def test_only_the_first_score_counts_and_only_of_who_was_a_customer_and_could_be_watched():
    first = date(2023, 1, 1)
    orders = [
        ("left", first),
        ("came back", first), ("came back", first + timedelta(days=60)),
        ("too late", first), ("too late", first + timedelta(days=DAYS + 30)),
        ("not watched", date(2023, 11, 1)),
        ("silent by then", first),
    ]  # fmt: skip
    scores = [
        ("left", first + timedelta(days=5), 1), ("left", first + timedelta(days=9), 5),
        ("came back", first + timedelta(days=5), 2),
        ("too late", first + timedelta(days=5), 5),
        ("not watched", date(2023, 11, 5), 1),
        ("silent by then", first + timedelta(days=DAYS + 5), 1),
    ]  # fmt: skip
    assert counts(sheet(orders, scores, silence=SILENCE)) == {
        "low": 2, "low_gone": 1, "others": 1, "others_gone": 1,
    }  # fmt: skip


def test_by_contracts_who_ended_within_a_year_of_the_score_has_left():
    start = date(2021, 1, 1)
    spells = [("stays", start, None), ("ends", start, date(2022, 1, 1)), ("later", start, AS_OF)]
    scores = [(who, date(2021, 6, 1), 1) for who in ("stays", "ends", "later")]
    assert counts(sheet(spells=spells, scores=scores)) == {
        "low": 3, "low_gone": 1, "others": 0, "others_gone": 0,
    }  # fmt: skip


def simulated(rng, *, effect=0.0, customers=1_500):
    """New customers have low scores and leave often, old ones neither, whatever the score."""
    spells, scores = [], []
    for number in range(customers):
        is_new = rng.random() < 0.5
        score_on = date(2022, 6, 1)
        start = score_on - timedelta(days=20 if is_new else 800)
        is_low = rng.random() < (0.6 if is_new else 0.1)
        leaves = rng.random() < (0.5 if is_new else 0.1) + effect * is_low
        ended = score_on + timedelta(days=int(rng.integers(1, 360))) if leaves else None
        spells.append((f"c{number:05}", start, ended))
        scores.append((f"c{number:05}", score_on, 1 if is_low else 5))
    return sheet(spells=spells, scores=scores)


def difference(of):
    rows = departures_after_scores(of, days=watched_days(of)).to_pyarrow().to_pylist()
    return matched_difference(rows)


def test_tenure_that_explains_low_scores_and_departures_gives_no_difference():
    rng = np.random.default_rng(4)
    seen = counts(simulated(rng))
    crude = seen["low_gone"] / seen["low"] - seen["others_gone"] / seen["others"]
    assert crude > 0.15
    answers = [difference(simulated(rng)) for _ in range(20)]
    assert sum(a.difference_low <= 0 <= a.difference_high for a in answers) >= 17


def test_an_effect_of_low_scores_is_found_at_its_size():
    answer = difference(simulated(np.random.default_rng(5), effect=0.2, customers=4_000))
    assert answer.difference_low <= 0.2 <= answer.difference_high
    assert answer.difference_low > 0.1


def test_too_few_who_stayed_or_left_give_no_number():
    first = date(2023, 1, 1)
    people = [f"c{number}" for number in range(40)]
    orders = [(who, first) for who in people]
    scores = [(who, first, 1 + 4 * (n % 2)) for n, who in enumerate(people)]
    with pytest.raises(TooLittleData, match="customers who stayed"):
        difference(sheet(orders, scores, silence=SILENCE))


def test_a_silence_that_is_not_measured_leaves_nothing_to_watch():
    few = TooLittleData(3, needed=10, of="gaps")
    assert watched_days(replace(sheet(), silence=few)) is few
