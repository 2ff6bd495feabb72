"""Running a project: worker, outbox, store, on both databases and with real servers."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.delivery.claims import begin_attempts, claim_deliveries
from outsidein.delivery.links import CaseAction, CaseVerb, sign_action
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.delivery.settlement import record_failure
from outsidein.errors import InputError
from outsidein.store.store_engine import open_store
from outsidein.workspace.project import Project, open_project
from tests.delivery.servers import http_server, smtp_server
from tests.projects import write_shop

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SECRET = "x" * 32
COMMAND = [sys.executable, "-c", "from outsidein.cli import main; main()"]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def shop(tmp_path):
    folder = write_shop(tmp_path / "shop")
    (folder / ".outsidein").mkdir(mode=0o700)  # as the commands make it
    return folder


def put(store, kind="mail", to="ann@x.example", body="Look."):
    with Session(store) as session, session.begin():
        return post_delivery(
            session, OutgoingDelivery(f"1 {to}", kind, to, "A case", body, "case:1", LONG_AGO)
        )


def give_up(store):
    rng = None  # nothing is spread where nothing is tried again
    with Session(store) as session, session.begin():
        lease = timedelta(minutes=5)
        held = claim_deliveries(session, now=LONG_AGO, lease=lease, worker="w1", kind="mail")
        (one,) = begin_attempts(session, held, until=LONG_AGO + lease)
        record_failure(
            session, one, now=LONG_AGO, rng=rng, problem="550 no such box", is_permanent=True
        )
    return one.id


def test_a_worker_delivers_and_builds_what_is_due_and_stops_when_told_to(shop, store_at):
    at = store_at if not hasattr(store_at, "joinpath") else f"sqlite:///{store_at}"
    (shop / "outsidein.toml").write_text(
        (shop / "outsidein.toml").read_text()
        + '[store]\nurl = "${OUTSIDEIN_STORE}"\n[schedule]\nbuild = "02:30"\n'
    )
    with smtp_server() as (postbox, port), http_server() as (requests, hook):
        environment = {
            **os.environ,
            "OUTSIDEIN_STORE": at if isinstance(at, str) else at.render_as_string(),
            "OUTSIDEIN_SMTP_HOST": "127.0.0.1",
            "OUTSIDEIN_SMTP_PORT": str(port),
            "OUTSIDEIN_SMTP_TLS": "none",
            "OUTSIDEIN_SMTP_FROM": "outsidein@shop.example",
            "OUTSIDEIN_WEBHOOK_SECRET": SECRET,
        }
        project = Project(shop, environment=environment)
        store = project.operations.store
        put(store)
        put(store, kind="webhook", to=hook, body="{}")
        worker = subprocess.Popen(
            [*COMMAND, "worker", "--project", shop],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = worker.stderr.readline()
        deadline = time.monotonic() + 100
        while project.operations.delivery_counts()["delivered"] < 2:
            assert worker.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate()
    assert told.rstrip().endswith(
        ": scheduled builds, alerts and clocks, mail deliveries, webhook deliveries, retention"
    )
    assert (worker.returncode, said) == (0, "Stopped.\n")
    assert (len(postbox.mails), len(requests)) == (1, 1)
    project.close()


def test_a_whole_project_runs_on_postgresql_and_moves_there_with_a_backup(
    shop, tmp_path, postgres, monkeypatch
):
    one = put(open_store(shop / ".outsidein" / "store.db"))
    assert run("store", "backup", tmp_path / "monday.db", "-p", shop, "--by", "Ann").exit_code == 0
    monkeypatch.setenv("OUTSIDEIN_STORE", postgres.empty().render_as_string())
    with (shop / "outsidein.toml").open("a") as file:
        file.write('[store]\nurl = "${OUTSIDEIN_STORE}"\n')
    project = open_project(shop)
    assert project.operations.deliveries() == []
    project.operations.restore(tmp_path / "monday.db", by="Bob")
    assert [delivery.id for delivery in project.operations.deliveries()] == [one]
    assert project.build().snapshot.number == 1
    assert project.rollback(1).number == 1
    assert project.table("memberships").num_rows == 40
    assert [act.did for act in project.operations.audit()] == [
        *("build.rolled_back", "build.published", "store.restored")
    ]
    assert project.operations.audit()[-1].who == "Bob"
    project.close()


def test_a_backup_is_restored_into_an_empty_store_and_over_a_full_one_only_when_told_to(
    shop, tmp_path
):
    put(open_store(shop / ".outsidein" / "store.db"))
    saved = run("store", "backup", tmp_path / "b.db", "-p", shop, "--by", "Ann")
    assert saved.stdout.startswith("1 rows of ")
    assert run("store", "backup", tmp_path / "b.db", "-p", shop).exit_code == 1
    again = run("store", "restore", tmp_path / "b.db", "-p", shop)
    assert (again.exit_code, "Use --replace" in again.stderr) == (1, True)
    run("store", "restore", tmp_path / "b.db", "-p", shop, "--by", "Bob", "--replace")
    lines = run("store", "audit", "-p", shop).stdout.splitlines()
    assert [line.split("\t")[2:5] for line in lines] == [
        ["who", "did", "about"],
        ["Bob", "store.restored", "store"],
    ]


def test_what_was_given_up_is_seen_and_can_be_tried_anew(shop):
    store = open_store(shop / ".outsidein" / "store.db")
    put(store)
    one = give_up(store)
    listed = run("deliveries", "list", "--state", "given_up", "-p", shop).stdout.splitlines()
    assert listed[1].split("\t") == [
        one, "mail", "ann@x.example", "case:1", "2020-01-01T00:00:00+00:00",
        "given_up", "1", "550 no such box",
    ]  # fmt: skip
    assert run("deliveries", "retry", one, "-p", shop, "--by", "Ann").exit_code == 0
    assert "case:1" not in run("deliveries", "list", "--state", "given_up", "-p", shop).stdout
    refused = run("deliveries", "retry", "nosuch", "-p", shop)
    assert (refused.exit_code, "no delivery that was given up" in refused.stderr) == (1, True)
    audit = run("store", "audit", "--about", f"delivery:{one}", "-p", shop).stdout
    assert "Ann\tdelivery.retried" in audit


def hold(store):
    with Session(store) as session, session.begin():
        for to in ("ann@x.example", "bob@x.example"):
            for n in range(3):
                mail = OutgoingDelivery(f"{n}{to}", "mail", to, "A case", "b", "case:1", LONG_AGO)
                post_delivery(session, mail, most_a_day=1)


def test_what_is_held_is_released_and_dropped_by_a_person_who_is_audited(shop, store_at):
    at = f"sqlite:///{store_at}" if isinstance(store_at, Path) else store_at.render_as_string()
    with (shop / "outsidein.toml").open("a") as file:
        file.write('[store]\nurl = "${OUTSIDEIN_STORE}"\n')
    project = Project(shop, environment={"OUTSIDEIN_STORE": at})
    operations = project.operations
    hold(operations.store)
    assert [row[1:3] for row in operations.held()] == [("ann@x.example", 2), ("bob@x.example", 2)]
    assert operations.release("ann@x.example", by="Ann") == 2
    assert operations.drop("bob@x.example", by="Ann") == 2
    with pytest.raises(InputError, match="no recipient with held deliveries"):
        operations.drop("bob@x.example")
    states = {state: n for state, n in operations.delivery_counts().items() if n}
    assert states == {"waiting": 4, "given_up": 2}
    assert [(act.who, act.did) for act in operations.audit()] == [
        ("Ann", "deliveries.dropped"),
        ("Ann", "deliveries.released"),
    ]
    project.close()


def test_commands_list_release_and_drop_what_is_held(shop):
    hold(open_store(shop / ".outsidein" / "store.db"))
    held = run("deliveries", "held", "-p", shop).stdout.splitlines()
    assert [line.split("\t")[1] for line in held[1:]] == ["ann@x.example", "bob@x.example"]
    assert run("deliveries", "release", "ann@x.example", "-p", shop).stdout.startswith("2 due now")
    assert run("deliveries", "drop", "bob@x.example", "-p", shop).stdout.startswith("2 given up")
    again = run("deliveries", "drop", "bob@x.example", "-p", shop)
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)


def test_a_worker_that_is_run_once_does_what_is_due_and_returns(shop, monkeypatch):
    put(open_store(shop / ".outsidein" / "store.db"))
    with smtp_server() as (postbox, port):
        monkeypatch.setenv("OUTSIDEIN_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("OUTSIDEIN_SMTP_PORT", str(port))
        monkeypatch.setenv("OUTSIDEIN_SMTP_TLS", "none")
        monkeypatch.setenv("OUTSIDEIN_SMTP_FROM", "outsidein@shop.example")
        said = run("worker", "--once", "-p", shop).stdout
    assert said == "duty\tdone\nalerts and clocks\t0\nmail deliveries\t1\nretention\t0\n"
    assert len(postbox.mails) == 1


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ('[store]\nurl = "${NOWHERE}"', "store.url: needs the environment variable NOWHERE"),
        ('[store]\nurl = "here"', "store.url: cannot be read"),
        ('[store]\nurl = "mysql://h/x"', "needs SQLite or PostgreSQL, not 'mysql'"),
        ('[schedule]\nbuild = "soon"', "schedule.build: 'soon' is invalid"),
        ('[schedule]\nbuild = "02:30Z"', "the project's zone applies"),
        ('[schedule]\nbuilds = "02:30"', "Did you mean 'build'?"),
    ],
)
def test_a_mistake_in_the_project_is_one_line_that_says_where(shop, declared, says):
    with (shop / "outsidein.toml").open("a") as file:
        file.write(declared)
    result = run("builds", "list", "-p", shop)
    assert result.exit_code == 1
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_pages_say_when_their_port_is_taken(shop, monkeypatch):
    monkeypatch.setenv("OUTSIDEIN_LINK_SECRET", SECRET)
    with socket.create_server(("127.0.0.1", 0)) as held:
        result = run("serve", "-p", shop, "--port", str(held.getsockname()[1]))
    assert result.exit_code == 1
    assert "Choose another --host or --port." in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_pages_are_served_and_say_what_is_wrong_with_a_link(shop):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    environment = {**os.environ, "OUTSIDEIN_LINK_SECRET": SECRET}
    command = [*COMMAND, "serve", "--project", shop, "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    while "running on" not in server.stderr.readline():
        assert server.poll() is None
    token = sign_action(
        SECRET, CaseAction("4711", CaseVerb.ACCEPT, "ann@x.example"), datetime.now(UTC)
    )
    answers = [
        httpx.get(f"http://127.0.0.1:{port}/case/{path}", trust_env=False)
        for path in (token, "forged")
    ]
    server.send_signal(signal.SIGTERM)
    _, logged = server.communicate()
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "There is no case" in answers[0].text
    assert "This link is invalid or incomplete" in answers[1].text
    assert token not in logged
