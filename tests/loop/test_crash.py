"""Kill -9 between any two steps of the loop: nothing is lost, nothing is there twice."""

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outsidein.cases.events import history, state_of, torn
from outsidein.cases.lifecycle import State
from tests.delivery.servers import http_server, smtp_server
from tests.loop.firm import FRIDAY, Firm, environment, reach
from tests.loop.processes import (
    LATER,
    accept_through_link,
    begin,
    command,
    ended,
    finish_through_link,
    work_at,
)

STORE = '\n[store]\nurl = "${OUTSIDEIN_STORE}"\n'


class Outside:
    """Both servers, and how often each delivery arrived."""

    def __init__(self):
        self.arrived = Counter()
        self._smtp = smtp_server(told=lambda name: self._hear(name.strip("<>").split("@")[0]))
        self._http = http_server(told=self._hear)

    def _hear(self, delivery):
        self.arrived[delivery] += 1

    def __enter__(self):
        _, self.port = self._smtp.__enter__()
        _, self.hook = self._http.__enter__()
        return self

    def __exit__(self, *error):
        self._smtp.__exit__(*error)
        self._http.__exit__(*error)


@pytest.fixture
def outside():
    with Outside() as outside:
        yield outside


@pytest.fixture(params=["sqlite", "postgresql"])
def failed(request, arrived, outside, tmp_path):
    """Makes firms whose two parcels failed and whose worker has not looked yet."""
    reach(arrived, hook=outside.hook, capacity=0)
    copies = iter(range(1000))

    def make():
        settings = environment(outside.port)
        if request.param == "sqlite":
            folder = tmp_path / f"copy{next(copies)}"
            import shutil

            return shutil.copytree(arrived, folder), settings
        saved = tmp_path / "saved.db"
        if not saved.exists():
            Firm(arrived, settings).project.operations.backup(saved, who="Ida")
            with (arrived / "outsidein.toml").open("a") as file:
                file.write(STORE)
        empty = request.getfixturevalue("postgres").empty()
        settings |= {"OUTSIDEIN_STORE": empty.render_as_string(hide_password=False)}
        Firm(arrived, settings).project.operations.restore(saved, who="Ida")
        return arrived, settings

    return make


def rows(firm, statement):
    with firm.project.operations.store.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def assert_once(firm, outside, *, kills):
    """One alert per rule and key, one case each, events that fold, and each word of it heard."""
    assert rows(firm, "SELECT rule, key FROM alerts ORDER BY key") == [
        ("late", "k3"),
        ("lost", "k4"),
    ]
    assert rows(firm, "SELECT count(*), count(DISTINCT case_id) FROM alerts") == [(2, 2)]
    with Session(firm.project.operations.store) as session:
        assert torn(session) == []
        for case in (number for (number,) in rows(firm, "SELECT id FROM cases")):
            events = history(session, case)
            assert [event.position for event in events] == list(range(1, len(events) + 1))
            assert state_of(events) == events[-1].state
    posted = [one for (one,) in rows(firm, "SELECT id FROM deliveries WHERE state = 'delivered'")]
    assert len(posted) == rows(firm, "SELECT count(*) FROM deliveries")[0][0]
    assert all(outside.arrived[one] >= 1 for one in posted)
    assert sum(outside.arrived[one] - 1 for one in posted) <= kills


def test_a_worker_killed_at_any_step_opens_and_tells_everything_once(failed, outside, rounds):
    """The real command: its statements and commits are the steps; it dies before some of each."""
    rng, fatal = random.Random(7), []  # noqa: S311  no secret
    steps = 160
    for _ in range(rounds(50)):
        folder, settings = failed()
        step = rng.randrange(1, steps)
        killed = ended(command, settings, step, "worker", "--once", "--project", folder)
        fatal += [step] if killed else []
        steps = steps if killed else step
        firm = Firm(folder, settings, datetime.now(UTC) + LATER)
        firm.work()
        assert_once(firm, outside, kills=int(killed))
        opened = [act for act in firm.told() if act[1] == "case.opened"]
        assert opened == [("outsidein", "case.opened", f"case:{n}") for n in (1, 2)]
        told = rows(firm, "SELECT key FROM deliveries ORDER BY key")
        assert told == [("case:1:opened",), ("case:2:minimum_response",), ("case:2:opened",)]
        firm.project.close()
    assert fatal
