"""Kill -9 between any two steps of the loop: nothing is lost, nothing is there twice."""

import random
import re
import shutil
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outsidein.cases.events import case_history, inconsistent_cases, state_of
from outsidein.cases.lifecycle import CaseState
from tests.delivery.servers import http_server, smtp_server
from tests.loop.firm import FRIDAY, Firm, environment, reach
from tests.loop.processes import (
    LATER,
    accept,
    begin,
    command,
    ended,
    finish,
    work_at,
)

STORE = '\n[store]\nurl = "${OUTSIDEIN_STORE}"\n'
USUAL = {
    "test_a_worker_killed_at_any_step_opens_and_tells_everything_once": "sqlite",
    "test_two_workers_at_once_killed_at_random_moments_do_everything_once": "postgresql",
    "test_what_people_do_and_what_clocks_do_is_done_whole_or_not_at_all": "sqlite",
}
"""Where each is tried every time; with --full on both databases."""

MAIL = "[mail]\ndigest_at = 00:00:00\n"
DAYS = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
"""The command goes by the clock of this machine: a digest is due whenever the test runs."""

STEPS, SEED = 150, 10
"""How many steps the worker takes; the few rounds of a usual run meet both rules firing."""

ENDED = ["cause", "assess", "respond", "communicate", "close"]


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
    if not request.config.getoption("--full") and request.param != USUAL[request.node.originalname]:
        pytest.skip("on this database with --full only")
    reach(arrived, hook=outside.hook, capacity=0)
    teams = arrived / "teams.toml"
    every_day = teams.read_text().replace('escalate_to = "desk"', 'escalate_to = "desk"\n' + DAYS)
    teams.write_text(MAIL + every_day)
    copies = count()

    def make():
        outside.arrived.clear()
        settings = environment(outside.port)
        if request.param == "sqlite":
            return shutil.copytree(arrived, tmp_path / f"copy{next(copies)}"), settings
        saved = tmp_path / "saved.db"
        if not saved.exists():
            Firm(arrived, settings).project.operations.backup(saved, by="Ida")
            with (arrived / "outsidein.toml").open("a") as file:
                file.write(STORE)
        address = request.getfixturevalue("postgres").empty()
        settings |= {"OUTSIDEIN_STORE": address.render_as_string(hide_password=False)}
        firm = Firm(arrived, settings)
        firm.project.operations.restore(saved, by="Ida")
        firm.project.close()
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
        assert inconsistent_cases(session) == []
        for case in (number for (number,) in rows(firm, "SELECT id FROM cases")):
            events = case_history(session, case)
            assert [event.position for event in events] == list(range(1, len(events) + 1))
            assert state_of(events) == events[-1].state
    posted = [one for (one,) in rows(firm, "SELECT id FROM deliveries WHERE state = 'delivered'")]
    assert len(posted) == rows(firm, "SELECT count(*) FROM deliveries")[0][0]
    assert all(outside.arrived[one] >= 1 for one in posted)
    assert sum(outside.arrived[one] - 1 for one in posted) <= kills


def told(firm):
    """Keys of all deliveries, and what the audit says of opening, as they must be.

    A case that a crash took back leaves a gap in the numbers of PostgreSQL.
    """
    late, lost = [number for (number,) in rows(firm, "SELECT id FROM cases ORDER BY id")]
    keys = ["digest:Bruno", f"case:{lost}:minimum_response", f"case:{lost}:opened"]
    opened = [("outsidein", "case.opened", f"case:{number}") for number in (late, lost)]
    return sorted(keys), opened


def settled(folder, settings):
    """The firm once another worker has gone round, after the leases of the dead."""
    firm = Firm(folder, settings, datetime.now(UTC) + LATER)
    assert None not in firm.work().values()
    return firm


def test_a_worker_killed_at_any_step_opens_and_tells_everything_once(failed, outside, rounds):
    """The real command: statements and commits are the steps; it dies before one of them."""
    rng, kills, most = random.Random(SEED), 0, rounds(50)  # noqa: S311  no secret
    for number in range(most):
        folder, settings = failed()
        fatal = 1 + int((number + rng.random()) * STEPS / most)  # all along, not all in one place
        killed = ended(command, settings, fatal, "worker", "--once", "--project", folder)
        kills += killed
        firm = settled(folder, settings)
        assert_once(firm, outside, kills=int(killed))
        keys, opened = told(firm)
        found = [key for (key,) in rows(firm, "SELECT key FROM deliveries")]
        assert sorted(re.sub(r"^digest:.*:", "digest:", key) for key in found) == keys
        assert [act for act in firm.told() if act[1] == "case.opened"] == opened
        firm.project.close()
    assert kills > most / 2


def test_two_workers_at_once_killed_at_random_moments_do_everything_once(failed, outside, rounds):
    rng = random.Random(7)  # noqa: S311  no secret
    for _ in range(rounds(20)):
        folder, settings = failed()
        words = ("worker", "--once", "--project", folder)
        for _ in range(2):
            workers = [begin(command, settings, 0, *words) for _ in range(2)]
            time.sleep(rng.uniform(0.3, 2))
            for worker in workers:
                worker.kill()
                worker.join()
        workers = [begin(command, settings, 0, *words) for _ in range(2)]
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0, 0]
        firm = settled(folder, settings)
        assert_once(firm, outside, kills=4)
        assert [act for act in firm.told() if act[1] == "case.opened"] == told(firm)[1]
        firm.project.close()


def test_what_people_do_and_what_clocks_do_is_done_whole_or_not_at_all(failed, outside, rounds):
    """Accepting, the term that passes, ending with a cause: each dies before some of its steps."""
    folder, settings = failed()
    firm = Firm(folder, settings, FRIDAY)
    firm.work()
    case = {a.rule: a.case for a in firm.project.alerts.fired()}["late"]
    stride = 5 // rounds(5)
    monday = FRIDAY + timedelta(days=3)
    for act, given, grown in (
        (accept, (FRIDAY, case, "Bruno"), ["assign", "acknowledge"]),
        (work_at, (monday,), ["escalate"]),
        (finish, (monday, case, "Carla"), ENDED),
    ):
        before, fatal = kinds(firm, case), 1
        while ended(act, settings, fatal, folder, given):
            assert kinds(firm, case) in (before, before + grown)
            if kinds(firm, case) != before:
                break
            fatal += stride
        assert kinds(firm, case) == before + grown
    firm.now = monday + LATER
    firm.work()
    assert_once(firm, outside, kills=1000)
    assert firm.project.cases.show(case).case.state == CaseState.CLOSED
    assert [act[:2] for act in firm.told() if act[2] == f"case:{case}"] == [
        ("outsidein", "case.opened"),
        ("Bruno", "case.accept"),
        ("w1", "case.escalated"),
        ("Carla", "case.done"),
    ]
    firm.project.close()


def kinds(firm, number):
    return [kind.value for kind in firm.kinds(number)]
