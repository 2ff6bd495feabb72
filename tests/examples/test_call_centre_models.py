import pytest


@pytest.fixture
def call_centre(built):
    return built("call_centre")


def test_the_project_holds_together(call_centre, check_project):
    check_project(call_centre)


def test_every_call_is_admitted(call_centre):
    assert call_centre.rejected() == {}
    assert call_centre.admitted() == {
        "records": 4_081,
        "identifiers": 4_081,
        "encounters": 33_344,
    }


def test_calls_end_as_the_raw_rows_say(call_centre):
    outcomes = dict(call_centre.rows("SELECT outcome, count(*) FROM encounters GROUP BY outcome"))
    assert outcomes == {
        "answered": 27_162,
        "hang_up": 3_932,
        "dropped": 1_972,
        "phantom": 278,
    }


def test_waits_are_those_of_the_queue_to_the_second(call_centre):
    [(ours,)] = call_centre.rows("SELECT sum(epoch(actual_at) - epoch(started_at)) FROM encounters")
    assert call_centre.raw_rows("SELECT sum(CAST(q_time AS INTEGER)) FROM bank_calls") == [(ours,)]
