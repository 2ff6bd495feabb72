import pytest

from outsidein.alerts.admissions import admit_new
from outsidein.alerts.rule_progress import above_watermark, last_admission
from tests.alerts.conftest import at, world


@pytest.fixture
def admit(backend, tmp_path):
    """Go through a build of so many encounters: `admit(build=1, days=[0, 1])`."""

    def go(*, build, days, recorded=None):
        rows = [
            {"encounter_id": f"e{day}", "record_id": "r1", "started_at": at(day)}
            | ({"recorded_at": at(recorded)} if recorded and day == days[0] else {})
            for day in days
        ]
        tables = world(encounters=rows, signals=[{"signal_id": "e0", "signalled_at": at(0)}])
        given = {"encounters": tables.encounters, "signals": tables.signals}
        return admit_new(backend, tmp_path / "admitted", given, build=build)

    return go


def listed(backend, ledger):
    rows = backend.to_pyarrow(ledger.order_by("sequence")).to_pylist()
    return [(row["sequence"], row["relation"][0], row["key"], row["build"]) for row in rows]


def test_a_key_is_admitted_once_and_keeps_its_number(admit, backend):
    first = listed(backend, admit(build=1, days=[0, 1]))
    assert first == [(1, "e", "e0", 1), (2, "s", "e0", 1), (3, "e", "e1", 1)]
    assert listed(backend, admit(build=2, days=[0, 1, 2])) == [*first, (4, "e", "e2", 2)]


def test_within_a_build_the_order_is_that_of_recording(admit, backend):
    ledger = listed(backend, admit(build=1, days=[5, 6, 7], recorded=9))
    assert [key for _, relation, key, _ in ledger if relation == "e"] == ["e6", "e7", "e5"]


def test_going_through_a_build_again_or_through_an_earlier_one_admits_nothing(admit, backend):
    admit(build=1, days=[0])
    both = listed(backend, admit(build=2, days=[0, 1]))
    assert listed(backend, admit(build=2, days=[0, 1])) == both
    assert listed(backend, admit(build=1, days=[0])) == both
    assert listed(backend, admit(build=3, days=[0, 1])) == both


def test_what_a_rollback_lost_is_looked_at_when_it_comes_back(admit, backend):
    """The watermark stays below what only a later build has."""
    admit(build=1, days=[0])
    ledger = admit(build=2, days=[0, 1])
    assert last_admission(backend, ledger, build=2) == 3
    assert last_admission(backend, ledger, build=1) == 2
    again = admit(build=3, days=[0, 1, 2])
    new = above_watermark(again, "encounters", watermark=2)
    keys = {row["key"] for row in backend.to_pyarrow(new).to_pylist()}
    assert keys == {"e1", "e2"}


def test_a_file_that_was_never_finished_counts_for_nothing(admit, backend, tmp_path):
    (tmp_path / "admitted").mkdir()
    (tmp_path / "admitted" / "000001.unfinished").write_bytes(b"PAR1 half a file")
    assert len(listed(backend, admit(build=1, days=[0]))) == 2
