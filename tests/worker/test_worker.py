import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from outsidein.errors import InputError
from outsidein.worker.worker import Duty, run_duties, run_duties_once

NOW = datetime(2020, 1, 1, tzinfo=UTC)
BRIEF = timedelta(seconds=0.01)


def clock():
    return NOW


def running(duties):
    stop = threading.Event()
    thread = threading.Thread(
        target=run_duties, args=(duties,), kwargs={"clock": clock, "stop": stop}
    )
    thread.start()
    return stop, thread


def until(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_stopping_finishes_what_is_under_way_and_begins_nothing_new():
    begun, let_go, ended = [], threading.Event(), []

    def slow(_):
        begun.append(1)
        let_go.wait(20)
        ended.append(1)
        return 1

    stop, thread = running([Duty("slow", slow, BRIEF)])
    until(lambda: begun)
    stop.set()
    assert ended == []
    let_go.set()
    thread.join(20)
    assert (len(begun), len(ended)) == (1, 1)


def test_a_duty_that_hangs_does_not_keep_the_others_waiting():
    let_go, done = threading.Event(), []
    stop, thread = running(
        [
            Duty("hangs", lambda _: bool(let_go.wait(20)), BRIEF),
            Duty("works", lambda _: done.append(1) or 0, BRIEF),
        ]
    )
    until(lambda: len(done) > 3)
    stop.set()
    let_go.set()
    thread.join(20)


def test_a_bug_in_one_duty_is_told_with_its_traceback_and_stops_nothing(caplog):
    done = []

    def broken(_):
        done.append(1)
        raise ZeroDivisionError("of zero")

    def refused(_):
        raise InputError("The file is missing.")

    stop, thread = running([Duty("broken", broken, BRIEF), Duty("refused", refused, BRIEF)])
    until(lambda: len(done) > 1 and "The file" in caplog.text)
    stop.set()
    thread.join(20)
    told = {record.message: bool(record.exc_info) for record in caplog.records}
    assert told["broken failed; it is tried again"] is True
    assert told["refused: The file is missing."] is False
    assert all(record.levelno == logging.ERROR for record in caplog.records)


def test_working_off_returns_when_nothing_more_is_due():
    left = [3, 1, 1]
    duties = [Duty("some", lambda _: left.pop() if left else 0, BRIEF)]
    assert run_duties_once(duties, clock=clock) == {"some": 5}
