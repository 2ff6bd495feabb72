"""Every verb done from Python leaves one entry in the audit; a failed one leaves none."""

import shutil
from datetime import UTC, datetime, timedelta
from getpass import getuser

import duckdb
import pytest

from outsidein.errors import InputError, UnknownName
from outsidein.identity.records.pairs import Pair
from outsidein.identity.records.pairs import RecordKey as Record
from outsidein.identity.review.decisions import DecisionKind as Kind
from outsidein.workspace.project import Project
from tests.projects import write_shop

NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
P0, P1, P2 = (Record("shop", f"p{number}") for number in (0, 1, 2))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project with two builds."""
    folder = write_shop(tmp_path_factory.mktemp("acts") / "shop")
    project = Project(folder, clock=lambda: NOW)
    project.build(by="Ida")
    project.build(by="Ida")
    project.close()
    return folder


@pytest.fixture
def project(built, tmp_path):
    with Project(shutil.copytree(built, tmp_path / "shop"), clock=lambda: NOW) as opened:
        yield opened


def new_entries(project, verb):
    """Do something, and return what the audit has since then."""
    before = len(project.operations.audit(rows=1000))
    verb()
    acts = project.operations.audit(rows=1000)
    return [(act.who, act.did, act.about, dict(act.details)) for act in acts[: len(acts) - before]]


def test_a_build_is_published_together_with_its_entry(project):
    acts = project.operations.audit()
    assert [(act.who, act.did, act.about, act.details) for act in acts] == [
        ("Ida", "build.published", "build", {"build": 2}),
        ("Ida", "build.published", "build", {"build": 1}),
    ]


def test_a_build_that_cannot_be_entered_is_not_published(project):
    with pytest.raises(InputError, match="needs to know who"):
        project.build(by=" ")
    assert [snapshot.number for snapshot in project.snapshots()] == [2, 1]
    assert project.snapshot().number == 2


@pytest.mark.parametrize(
    ("verb", "entry"),
    [
        (lambda p: p.rollback(1), ("build.rolled_back", "build", {"to": 1})),
        (lambda p: p.prune(keep=2), ("build.pruned", "build", {"gone": ""})),
        (
            lambda p: p.identity.decide(Kind.NEVER, Pair(P1, P2), reason="two voices"),
            ("identity.never", "record:shop/p1", {"other": "shop/p2", "decisions": 1}),
        ),
        (
            lambda p: p.identity.merge(P0, P1, reason="one voice"),
            ("identity.merged", "record:shop/p0", {"other": "record:shop/p1", "decisions": 1}),
        ),
        (
            lambda p: p.identity.unmerge(Record("shop", "p8"), reason="two voices"),
            ("identity.unmerged", "record:shop/p8", {"decisions": 1}),
        ),
        (
            lambda p: p.operations.backup(p.folder / "monday.db"),
            ("store.backed_up", "store", {"to": "monday.db"}),
        ),
    ],
)
def test_a_verb_leaves_one_entry_under_the_login_name(project, verb, entry):
    assert new_entries(project, lambda: verb(project)) == [(getuser(), *entry)]


def restored(project):
    project.operations.backup(project.folder / "monday.db")
    project.operations.restore(project.folder / "monday.db", replace=True, by="Ida")


def test_a_restore_leaves_its_entry_in_the_store_it_filled(project):
    restored(project)
    entry = project.operations.audit()[0]
    assert (entry.who, entry.did, entry.details) == ("Ida", "store.restored", {"of": "monday.db"})


@pytest.mark.parametrize(
    "verb",
    [
        lambda p: p.rollback(9),
        lambda p: p.identity.decide(Kind.NEVER, Pair(P1, Record("shop", "nobody")), reason="?"),
        lambda p: p.identity.merge(P1, P1, reason="?"),
        lambda p: p.identity.train(),
        lambda p: p.texts.train(),
        lambda p: p.cases.accept(17),
        lambda p: p.operations.retry("no such"),
        lambda p: p.operations.backup(p.folder / "outsidein.toml"),
        lambda p: p.operations.restore(p.folder / "no.db"),
    ],
)
def test_a_verb_that_fails_leaves_no_entry(project, verb):
    def fails():
        with pytest.raises(InputError):
            verb(project)

    assert new_entries(project, fails) == []


def test_a_run_of_the_alerts_is_entered_where_it_had_something_to_do(project):
    [(who, did, about, details)] = new_entries(project, lambda: project.alerts.run(by="w1"))
    assert (who, did, about, details["build"]) == ("w1", "alerts.ran", "alerts", 2)
    assert new_entries(project, project.alerts.run) == []


def test_what_is_written_in_an_act_that_raises_is_not_there(project):
    def fails():
        with pytest.raises(ZeroDivisionError), project.act("case.tried", "case:1") as act:
            act.details["x"] = 1 / 0

    assert new_entries(project, fails) == []


def test_an_engine_is_closed_also_after_an_error(project):
    readings = []

    def fails():
        with project.reading() as reading:
            readings.append(reading)
            reading.table("no_such_table")

    with pytest.raises(UnknownName):
        fails()
    with pytest.raises(duckdb.ConnectionException):
        readings[0].backend.raw_sql("SELECT 1")


def test_a_build_prunes_the_oldest_in_the_same_entry(project):
    settings = project.folder / "outsidein.toml"
    settings.write_text(settings.read_text().replace("[churn]", "keep_builds = 2\n[churn]"))
    with Project(project.folder, clock=lambda: NOW + timedelta(days=1)) as opened:
        entries = new_entries(opened, lambda: opened.build(by="Ida"))
        assert entries == [("Ida", "build.published", "build", {"build": 3, "pruned": "1"})]
        assert not opened.snapshots()[-1].folder.exists()
