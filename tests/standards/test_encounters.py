from datetime import UTC, date, datetime, timedelta

import ibis
import pytest

from outsidein.errors import ProjectError
from outsidein.standards.encounters import standard_encounters
from tests.standards.conftest import ENCOUNTERS, SIGNALS
from tests.tables import table

EIGHT = datetime(2020, 1, 1, 8, tzinfo=UTC)


def encounter(name, customer, after, *, waited=0, promised=None, kind="call"):
    at = EIGHT + timedelta(seconds=after)
    due = None if promised is None else at + timedelta(seconds=promised)
    who = ("desk", name, customer, at, at.date(), kind)
    return (*who, "answered", None, None, "phone", due, at + timedelta(seconds=waited))


def judged(rows, standard, signals=()):
    encounters = ibis.memtable(table(rows, **ENCOUNTERS))
    said = ibis.memtable(table(list(signals), **SIGNALS))
    found = standard_encounters(encounters, said, "waiting", standard)
    return found.to_pyarrow().to_pylist()


def test_a_wait_is_the_time_from_start_to_actual(standard):
    [row] = judged([encounter("a", "c1", 0, waited=75)], standard())
    assert row["measure"] == 75
    assert row["started_on"] == date(2020, 1, 1)


@pytest.mark.parametrize(("late", "days"), [(-1, 0), (0, 0), (1, 1), (86_400, 1), (86_401, 2)])
def test_days_late_are_counted_as_begun(standard, late, days):
    rows = [encounter("a", "c1", 0, waited=100_000 + late, promised=100_000)]
    [row] = judged(rows, standard(measure="late_days"))
    assert row["measure"] == days


def test_coming_back_is_told_of_known_customers_only_and_only_of_the_same_kind(standard):
    asks = standard(disaster="hours_to_next < 1")
    rows = [
        encounter("back", "c1", 0),
        encounter("later", "c1", 1_800),
        encounter("slow", "c2", 0),
        encounter("slow again", "c2", 3_600),
        encounter("other", "c3", 0),
        encounter("letter", "c3", 60, kind="letter"),
        encounter("stranger", None, 0),
        encounter("another stranger", None, 60),
    ]
    found = judged(rows, asks)
    assert sorted(
        (r["customer_id"], r["is_disaster"]) for r in found if r["is_disaster_known"]
    ) == [*[("c1", False), ("c1", True), ("c2", False), ("c2", False), ("c3", False)]]
    assert sum(not r["is_disaster_known"] for r in found) == 2


def test_only_what_customers_said_of_their_own_encounter_makes_its_score(standard):
    rows = [encounter(name, "c1", 60 * place) for place, name in enumerate("abcd")]
    signals = [
        ("desk", "a", "direct", "own", 1.0, 1.0, 5.0),
        ("desk", "a", "direct", "own", 5.0, 1.0, 5.0),
        ("desk", "b", "direct", "competitor", 1.0, 1.0, 5.0),
        ("desk", "c", "inferred", "own", 1.0, 1.0, 5.0),
        ("desk", "d", "direct", "own", 5.0, 1.0, 5.0),
    ]
    found = judged(rows, standard(disaster="lowest_score <= 0.0"), signals)
    assert sorted((r["is_disaster_known"], r["is_disaster"]) for r in found) == [
        *[(False, False), (False, False), (True, False), (True, True)]
    ]


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"encounters": "knd = 'call'"}, "encounters"),
        ({"disaster": "lowest_skore < 1"}, "disaster"),
        ({"measure": "waited"}, "measure"),
        ({"measure": "kind"}, "measure"),
    ],
)
def test_a_rule_over_columns_that_are_not_there_is_named_by_file_and_key(standard, told, key):
    with pytest.raises(ProjectError, match=rf"standards\.toml: standard\.waiting\.{key}"):
        judged([encounter("a", "c1", 0)], standard(**told))
