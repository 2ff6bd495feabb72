"""Declarations are parsed once for as long as their files stay as they are."""

import sys
from collections import Counter
from contextlib import contextmanager
from datetime import date

import pytest

from outsidein.errors import ProjectError
from outsidein.workspace.declarations import Declarations
from tests.loop.firm import write_firm

_opened = []
_is_listening = False


def _listen(event, arguments):
    if _is_listening and event == "open" and isinstance(arguments[0], str):
        _opened.append(arguments[0])


sys.addaudithook(_listen)  # it cannot be taken away again, so it listens only while it is asked to


@contextmanager
def reads(folder):
    """Count how often each file of a folder is opened."""
    global _is_listening  # noqa: PLW0603  the interpreter's hook has no other state
    _opened.clear()
    counts, _is_listening = Counter(), True
    try:
        yield counts
    finally:
        _is_listening = False
        counts.update(p.removeprefix(f"{folder}/") for p in _opened if p.startswith(f"{folder}/"))


@pytest.fixture
def folder(tmp_path):
    return write_firm(tmp_path / "firm")


def test_a_file_of_the_loop_is_read_once_each_time_they_are_asked_for(folder):
    declarations = Declarations(folder)
    with reads(folder) as counts:
        declarations.loop()
    names = (
        "alerts.toml",
        "teams.toml",
        "outsidein.toml",
        "playbooks/call.md",
        "playbooks/voucher.md",
    )
    assert counts == dict.fromkeys(names, 1)


def test_what_did_not_change_is_the_same_object(folder):
    declarations = Declarations(folder)
    assert declarations.loop() is declarations.loop()
    today = {"today": date(2030, 1, 1), "decisions": ()}
    assert declarations.project(**today).sources is declarations.project(**today).sources


def test_a_changed_file_is_read_anew_and_a_wrong_one_raises_every_time(folder):
    declarations = Declarations(folder)
    capacity = declarations.loop().teams["desk"].capacity
    teams = folder / "teams.toml"
    text = teams.read_text()
    teams.write_text(text.replace(f"capacity = {capacity}", f"capacity = {capacity + 1}"))
    assert declarations.loop().teams["desk"].capacity == capacity + 1
    teams.write_text(text.replace("capacity", "capasity"))
    for _ in range(2):
        with pytest.raises(ProjectError, match="Did you mean 'capacity'"):
            declarations.loop()
    teams.write_text(text)
    assert declarations.loop().teams["desk"].capacity == capacity


def test_a_changed_declaration_of_the_project_is_read_anew(folder):
    declarations = Declarations(folder)
    today = {"today": date(2030, 1, 1), "decisions": ()}
    assert declarations.project(**today).currency == "EUR"
    settings = folder / "outsidein.toml"
    settings.write_text(settings.read_text().replace("EUR", "BRL"))
    assert declarations.project(**today).currency == "BRL"
    (folder / "tables" / "no_such_table").mkdir()
    with pytest.raises(ProjectError, match="is no canonical table"):
        declarations.project(**today)
