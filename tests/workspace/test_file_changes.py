"""Files of a project that are changed from a page: whole, checked, with author and reason."""

import os
import subprocess
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from outsidein.errors import InputError, ProjectError
from outsidein.workspace.file_changes import FileConflict
from outsidein.workspace.project import Project
from tests.projects import write_shop

NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
SEGMENTS = (
    "# Where they live\n[segment.berlin]\nrule = \"city = 'Berlin'\"  # the city, not the state\n"
)
WIDER = SEGMENTS.replace("city = 'Berlin'", "city in ('Berlin', 'Potsdam')")
TEAM = '[team.care]\nlead = "Bo"\nmembers = { Bo = "bo@shop.example" }\n'
ANN = {"by": "Ann Lee", "email": "ann@shop.example", "reason": "Potsdam is Berlin for us"}


@pytest.fixture
def folder(tmp_path):
    folder = write_shop(tmp_path / "shop", people=2)
    (folder / "segments.toml").write_text(SEGMENTS)
    return folder


@pytest.fixture
def shop(folder):
    with Project(folder, clock=lambda: NOW) as project:
        yield project


def git(folder, *arguments):
    own = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        env=own | {"GIT_CONFIG_GLOBAL": "/dev/null"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip("\n")


@pytest.fixture
def repository(folder):
    """A git repository with a hook that refuses everything, and signing without a key."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".gitignore").write_text(".outsidein/\nraw/\n")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=Setup", "-c", "user.email=s@x", "commit", "-qm", "Begin")
    git(folder, "config", "commit.gpgSign", "true")
    for name in ("pre-commit", "commit-msg", "reference-transaction", "post-commit"):
        hook = folder / ".git" / "hooks" / name
        hook.write_text("#!/bin/sh\ntouch hook-ran\nexit 1\n")
        hook.chmod(0o755)
    return folder


def shown(shop, path="segments.toml"):
    return shop.files.read(path).sha256


def change(shop, text=WIDER, path="segments.toml", **more):
    return shop.files.change(path, text, **({"was": shown(shop, path)} | ANN | more))


def test_a_change_is_in_the_file_the_history_and_the_audit(shop, folder):
    (folder / "segments.toml").chmod(0o640)
    written = change(shop)
    assert (folder / "segments.toml").read_text() == WIDER
    assert (folder / "segments.toml").stat().st_mode & 0o777 == 0o640
    assert shop.files.history() == [written]
    assert (written.before, written.after, written.at) == (SEGMENTS, WIDER, NOW)
    assert (written.who, written.reason, written.revision) == (ANN["by"], ANN["reason"], None)
    [act] = shop.operations.audit()
    assert (act.who, act.did, act.about) == ("Ann Lee", "file.changed", "file:segments.toml")
    assert "Potsdam" not in str(act.details)
    assert "Potsdam" in shop.check().segments["berlin"].rule
    assert not list(folder.glob(".change-*"))


def test_what_changed_on_disk_since_the_page_was_shown_is_never_overwritten(shop, folder):
    was = shown(shop)
    edited = SEGMENTS + "# by hand\n"
    (folder / "segments.toml").write_text(edited)
    with pytest.raises(FileConflict, match=r"segments\.toml was changed since") as conflict:
        change(shop, was=was)
    assert (conflict.value.on_disk.text, conflict.value.wanted) == (edited, WIDER)
    assert (folder / "segments.toml").read_text() == edited
    assert shop.files.history() == shop.operations.audit() == []
    change(shop, was=conflict.value.on_disk.sha256)
    assert (folder / "segments.toml").read_text() == WIDER


def test_sending_the_same_form_twice_makes_one_version(shop):
    was = shown(shop)
    assert change(shop, was=was)
    assert change(shop, was=was) is None
    assert len(shop.files.history()) == 1


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("segments.toml", "[segment.berlin", r"^segments\.toml: is not valid TOML"),
        ("segments.toml", "[segment.x]\nrul = 'a'\n", r"^segments\.toml: segment\.x\.rul"),
        ("outsidein.toml", 'name = "Shop"\n', r"^outsidein\.toml: currency: is missing"),
        ("data_needs.toml", "[[need]]\n", r"^data_needs\.toml: need\.0\.source: is missing"),
        ("playbooks/late.md", "no head", r"^playbooks/late\.md: "),
        ("alerts.toml", "[alert.late]\n", r"^alerts\.toml: alert\.late"),
        ("segments.toml", "x" * 1_000_001, "more than 1,000,000"),
    ],
)
def test_a_text_that_would_make_the_project_wrong_is_refused_in_one_line(
    shop, folder, path, text, problem
):
    before = {p: p.read_bytes() for p in folder.glob("*.toml")}
    with pytest.raises(ProjectError, match=problem) as error:
        change(shop, text, path)
    assert str(error.value).isprintable()
    assert "/tmp" not in str(error.value)  # noqa: S108
    assert {p: p.read_bytes() for p in folder.glob("*.toml")} == before
    assert not (folder / path).exists() or (folder / path) in before
    assert shop.files.history() == []


@pytest.mark.parametrize(
    "path",
    [
        *("../other/segments.toml", "/etc/x.toml", ".git/config.toml", "a/../../x.toml", ""),
        *("tables/records/people.sql", ".outsidein/store.db", "raw/orders.csv", "a\\..\\x.toml"),
        "link.toml",
    ],
)
def test_no_other_file_can_be_reached(shop, folder, path):
    (folder / "link.toml").symlink_to(folder.parent / "elsewhere.toml")
    with pytest.raises(InputError, match="no file that a page may change"):
        shop.files.change(path, "x = 1\n", was=sha256(b"").hexdigest(), **ANN)
    assert not (folder.parent / "elsewhere.toml").exists()


def test_a_change_needs_a_reason(shop):
    with pytest.raises(InputError, match=r"Say why segments\.toml is changed"):
        change(shop, reason=" ")


def test_browsers_and_windows_leave_the_ends_of_lines_as_they_were(shop, folder):
    change(shop, WIDER.replace("\n", "\r\n"))
    assert (folder / "segments.toml").read_bytes() == WIDER.encode()
    (folder / "segments.toml").write_bytes(SEGMENTS.replace("\n", "\r\n").encode())
    change(shop)
    assert (folder / "segments.toml").read_bytes() == WIDER.replace("\n", "\r\n").encode()


def test_an_edit_of_one_key_keeps_comments_and_order(shop, folder):
    def widen(document):
        document["segment"]["berlin"]["rule"] = "city in ('Berlin', 'Potsdam')"

    shop.files.edit("segments.toml", widen, was=shown(shop), **ANN)
    assert (folder / "segments.toml").read_text() == WIDER


def test_in_a_repository_a_change_is_one_commit_of_one_file_by_its_author(shop, repository):
    (repository / "objectives.toml").write_text(
        (repository / "objectives.toml").read_text() + "#\n"
    )
    git(repository, "add", "objectives.toml")
    (repository / "sources.toml").write_text((repository / "sources.toml").read_text() + "#\n")
    before = git(repository, "status", "--porcelain")
    written = change(shop)
    assert written.revision == git(repository, "rev-parse", "HEAD")
    shown_commit = git(repository, "show", "--format=%an <%ae>%n%cn <%ce>%n%s", "--name-only")
    assert shown_commit.split("\n") == [
        *["Ann Lee <ann@shop.example>"] * 2,
        *("segments.toml: Potsdam is Berlin for us", "", "segments.toml"),
    ]
    assert git(repository, "show", "HEAD:segments.toml") == WIDER.rstrip("\n")
    assert git(repository, "status", "--porcelain") == before
    assert not (repository / "hook-ran").exists()


def test_a_new_file_is_committed_too(shop, repository):
    written = change(shop, TEAM, "teams.toml", email="")
    assert git(repository, "show", "--format=%ae", "--name-only").split() == ["teams.toml"]
    assert git(repository, "status", "--porcelain") == ""
    assert shop.files.history(path="teams.toml") == [written]
    assert shop.files.history(path="segments.toml") == []


def test_where_git_refuses_nothing_is_written(shop, repository):
    (repository / ".git" / "index.lock").touch()
    with pytest.raises(InputError, match="git refuses the change, so nothing was written"):
        change(shop)
    with pytest.raises(InputError, match="git refuses the change, so nothing was written"):
        change(shop, TEAM, "teams.toml")
    assert (repository / "segments.toml").read_text() == SEGMENTS
    assert not (repository / "teams.toml").exists()
    assert shop.files.history() == shop.operations.audit() == []


def test_a_repository_around_the_project_that_does_not_keep_it_gets_no_commit(shop, folder):
    git(folder.parent, "init", "--quiet")
    assert change(shop).revision is None
    git(folder.parent, "add", "shop/outsidein.toml", "shop/segments.toml")
    assert change(shop, SEGMENTS).revision == git(folder.parent, "rev-parse", "HEAD")
